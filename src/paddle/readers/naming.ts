import type { Attribute, Operator, ProgramValue, Signature, Vocabulary } from '../program.js';

type Operands = Record<string, readonly ProgramValue[]>;

/** What a reader found of an operator of the old format: operands by slot, attributes by their old names. */
export interface SlottedOperator {
  readonly foundAs: string;
  readonly inputs: Operands;
  readonly outputs: Operands;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Attributes whose values are variables. */
  readonly variables: Operands;
}

/** An operator of the old format under the names of its signature. */
export function nameSlots(found: SlottedOperator, vocabulary: Vocabulary): Operator {
  const entry = vocabulary(found.foundAs);
  if (!entry) return { ...found, type: found.foundAs, blocks: [], known: false };
  const { type, signature } = entry;
  const inputs: Record<string, readonly ProgramValue[]> = {};
  const given: Operands = { ...found.variables, ...found.inputs };
  for (const [name, slots] of Object.entries(signature.inputs)) {
    const slot = [slots].flat().find((candidate) => given[candidate]?.length);
    if (slot !== undefined) inputs[name] = given[slot]!;
  }
  for (const [old, values] of Object.entries(found.variables)) inputs[newName(old, signature)] ??= values;
  const outputs: Record<string, readonly ProgramValue[]> = {};
  for (const [name, slot] of Object.entries(signature.outputs)) outputs[name] = found.outputs[slot] ?? [];
  return {
    type,
    foundAs: found.foundAs,
    inputs,
    outputs,
    attributes: renameAttributes(found.attributes, signature),
    blocks: [],
    known: true,
  };
}

/** What Paddle 3 calls an attribute of the old format. */
const newName = (old: string, { attributes }: Signature): string =>
  Object.entries(attributes ?? {}).find(([, candidate]) => candidate === old)?.[0] ?? old;

function renameAttributes(
  attributes: Readonly<Record<string, Attribute>>,
  signature: Signature,
): Record<string, Attribute> {
  const renamed: Record<string, Attribute> = { ...attributes };
  for (const [name, old] of Object.entries(signature.attributes ?? {})) {
    const value = attributes[old];
    if (value !== undefined) renamed[name] = value;
  }
  return renamed;
}

/** What a reader found of a PIR operator: operands by position, [] where an optional one is not given. */
export interface PositionalOperator {
  readonly foundAs: string;
  readonly inputs: readonly (readonly ProgramValue[])[];
  readonly outputs: readonly (readonly ProgramValue[])[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A PIR operator under the names of its signature. */
export function namePositions(found: PositionalOperator, vocabulary: Vocabulary): Operator {
  const entry = vocabulary(found.foundAs);
  const named = (names: readonly string[], lists: PositionalOperator['inputs']): Operands =>
    Object.fromEntries(lists.map((list, at) => [names[at] ?? `${at}`, list]));
  return {
    type: entry?.type ?? found.foundAs,
    foundAs: found.foundAs,
    inputs: named(Object.keys(entry?.signature.inputs ?? {}), found.inputs),
    outputs: named(Object.keys(entry?.signature.outputs ?? {}), found.outputs),
    attributes: found.attributes,
    blocks: [],
    known: entry !== undefined,
  };
}
