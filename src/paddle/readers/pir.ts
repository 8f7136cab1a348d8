import type { Attribute, Block, Operator, ProgramValue, Vocabulary } from '../program.js';
import { damaged } from './damage.js';
import { namePositions } from './naming.js';
import type { ProgramWithoutValues } from './pdmodel.js';
import { Json, readAttribute, readType } from './pir-types.js';

/** Value number -> what it stands for; lists are the values of a `builtin.combine`. A block starts with a copy of the outer one's. */
type Scope = Map<number, readonly ProgramValue[]>;

interface Collected {
  readonly parameters: ProgramValue[];
  readonly inputs: { col: number; value: ProgramValue }[];
  readonly outputs: { col: number; name: string; value: ProgramValue }[];
}

const MAX_DEPTH = 32;
const DIALECTS = ['builtin', 'pd_op', 'cf', 'custom_op', 'dist'];

/** `1.conv2d` is `pd_op.conv2d`, short `conv2d`; other dialects keep their name in front. */
function fullName(name: string): string {
  if (name === 'p') return 'builtin.parameter';
  const full = name.replace(/^\d+/, (number) => DIALECTS[Number(number)] ?? number);
  return full.replace(/^pd_op\./, '');
}

/**
 * A PIR program (`inference.json`).
 * @throws FdeployError MODEL_INVALID naming what is damaged
 */
export function readPir(bytes: Uint8Array, file: string, vocabulary: Vocabulary): ProgramWithoutValues {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch (cause) {
    throw damaged(file, 'program', 'JSON', 'text that is not', cause);
  }
  const root = new Json(parsed, file, 'program');
  const magic = root.key('base_code').key('magic');
  if (magic.raw !== 'pir') throw magic.wrong('the magic "pir"');
  const region = root.key('program').key('regions').list()[0];
  const main = region?.key('blocks').list()[0];
  if (!main) throw damaged(file, 'program', 'a region with a block', 'none');
  const reader = new PirReader(vocabulary);
  const block = reader.block(main, new Map(), 0);
  const { parameters, inputs, outputs } = reader.collected;
  const byCol = (a: { col: number }, b: { col: number }): number => a.col - b.col;
  return {
    format: 'pir',
    file,
    inputs: inputs.sort(byCol).map(({ value }) => value),
    outputs: outputs.sort(byCol).map(({ name, value }) => ({ name, value })),
    block,
    declared: parameters,
  };
}

class PirReader {
  readonly collected: Collected = { parameters: [], inputs: [], outputs: [] };
  readonly #vocabulary: Vocabulary;
  #count = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** @param given values that the operator hands to the block, in the order of its arguments */
  block(json: Json, scope: Scope, depth: number, given?: readonly ProgramValue[]): Block {
    if (depth > MAX_DEPTH) throw json.wrong(`at most ${MAX_DEPTH} nested blocks`);
    const args = json.optionalList('args').map((arg, at) => {
      const number = arg.key('#').integer();
      const value = given?.[at] ?? readType(arg.key('TT'), `argument_${-number}`)[0]!;
      const own = { ...value };
      scope.set(number, [own]);
      return own;
    });
    const operators: Operator[] = [];
    let results: readonly ProgramValue[] = [];
    for (const item of json.key('ops').list()) {
      this.#count++;
      const name = item.key('#').text();
      const op = item.within(`operator ${this.#count} (${name})`);
      const kind = fullName(name);
      const structure = STRUCTURE[kind];
      if (kind === 'cf.yield') results = this.#operands(op, scope).flat();
      else if (structure) structure(op, scope, this.collected);
      else operators.push(this.#operator(kind, op, scope, depth));
    }
    return { args, operators, results };
  }

  #operator(kind: string, op: Json, scope: Scope, depth: number): Operator {
    const inputs = this.#operands(op, scope);
    if (kind === 'if' || kind === 'while') return this.#control(kind, op, inputs.flat(), scope, depth);
    const outputs = op.optionalList('O').map((result, at) => {
      const number = result.key('%').integer();
      const base = `${kind.replace(/_$/, '')}_${this.#count}${at === 0 ? '' : `.${at}`}`;
      const values = readType(result.key('TT'), base);
      scope.set(number, values);
      return values;
    });
    if (kind === 'array_write_') {
      // The array itself is changed: whoever reads the operand later sees the new one.
      const array = op.key('I').list()[0]?.key('%').integer();
      if (array !== undefined && outputs[0]) scope.set(array, outputs[0]);
    }
    return namePositions({ foundAs: kind, inputs, outputs, attributes: attributesOf(op) }, this.#vocabulary);
  }

  /** `if` and `while`; a tensor array that a block writes is handed in and out like every other changing value. */
  #control(kind: 'if' | 'while', op: Json, operands: ProgramValue[], scope: Scope, depth: number): Operator {
    const regions = op.key('regions').list().map((region) => region.key('blocks').list()[0]); // prettier-ignore
    const arrays = [...new Set(regions.flatMap((block) => (block ? writtenArrays(block, 0) : [])))].filter(
      (number) => scope.get(number)?.[0]?.array,
    );
    const before = arrays.map((number) => scope.get(number)![0]!);
    const [condition, ...carried] = operands;
    if (!condition) throw op.wrong('a condition');
    const blocks = regions.map((region) => {
      if (!region) return { args: [], operators: [], results: before };
      const inner: Scope = new Map(scope);
      const held = kind === 'while' ? before.map((value) => ({ ...value })) : before;
      arrays.forEach((number, at) => inner.set(number, [held[at]!]));
      const body = this.block(region, inner, depth + 1, kind === 'while' ? carried : undefined);
      const after = arrays.map((number) => inner.get(number)![0]!);
      const args = kind === 'while' ? [...body.args, ...held] : [];
      return { args, operators: body.operators, results: [...body.results, ...after] };
    });
    const results = op.optionalList('O').map((result) => {
      const number = result.key('%').integer();
      const values = readType(result.key('TT'), `${kind}_${this.#count}.${number}`);
      scope.set(number, values);
      return values[0]!;
    });
    const arraysAfter = before.map((value) => ({ ...value }));
    arrays.forEach((number, at) => scope.set(number, [arraysAfter[at]!]));
    const outputs = [...results, ...arraysAfter];
    const shared = { type: kind, foundAs: kind, attributes: {}, blocks, known: true };
    return kind === 'if'
      ? { ...shared, inputs: { condition: [condition] }, outputs: { out: outputs } }
      : {
          ...shared,
          inputs: { condition: [condition], carried: [...carried, ...before] },
          outputs: { carried: outputs },
        };
  }

  #operands(op: Json, scope: Scope): (readonly ProgramValue[])[] {
    return op.optionalList('I').map((operand) => valuesOf(operand, scope));
  }
}

function valuesOf(operand: Json, scope: Scope): readonly ProgramValue[] {
  const number = operand.key('%').integer();
  if (number === 0) return []; // an optional operand that is not given
  const values = scope.get(number);
  if (!values) throw operand.wrong('a value that was defined before');
  return values;
}

function attributesOf(op: Json): Record<string, Attribute> {
  const attributes: Record<string, Attribute> = {};
  for (const item of op.optionalList('A')) {
    if (!item.has('N')) continue;
    const value = readAttribute(item.key('AT'));
    if (value !== undefined) attributes[item.key('N').text()] = value;
  }
  return attributes;
}

/** Numbers of the outer arrays that a block writes, blocks inside of it included. */
function writtenArrays(block: Json, depth: number): number[] {
  if (depth > MAX_DEPTH) throw block.wrong(`at most ${MAX_DEPTH} nested blocks`);
  return block.key('ops').list().flatMap((op) => {
    if (fullName(op.key('#').text()) === 'array_write_') {
      const array = op.key('I').list()[0];
      return array ? [array.key('%').integer()] : [];
    }
    return op
      .optionalList('regions')
      .flatMap((region) => region.key('blocks').list().flatMap((inner) => writtenArrays(inner, depth + 1)));
  }); // prettier-ignore
}

const result = (op: Json): Json => {
  const outputs = op.key('O');
  const first = Array.isArray(outputs.raw) ? outputs.list()[0] : outputs;
  if (!first) throw op.wrong('a result');
  return first;
};

function readInput(op: Json, scope: Scope, { inputs }: Collected): void {
  const attributes = attributesOf(op);
  const name = attributes.name;
  if (typeof name !== 'string') throw op.wrong('an input with a name');
  const value = readType(result(op).key('TT'), name)[0]!;
  scope.set(result(op).key('%').integer(), [value]);
  inputs.push({ col: Number(attributes.col ?? inputs.length), value });
}

/** Operators that only say how values hang together: they are resolved here and never become operators. */
const STRUCTURE: Readonly<Record<string, (op: Json, scope: Scope, collected: Collected) => void>> = {
  'builtin.parameter'(op, scope, { parameters }) {
    const name = op.key('A').list()[3]?.text();
    if (name === undefined) throw op.wrong('four attributes, the last the name');
    const value = readType(result(op).key('TT'), name)[0]!;
    scope.set(result(op).key('%').integer(), [value]);
    const persistable = op.optionalList('OA')[0]?.raw;
    if (persistable === 1 || persistable === true) parameters.push(value);
  },
  data: readInput,
  feed: readInput,
  fetch(op, scope, { outputs }) {
    const { name, col } = attributesOf(op);
    const value = op.key('I').list().flatMap((operand) => valuesOf(operand, scope))[0]; // prettier-ignore
    if (!value) throw op.wrong('a fetched value');
    outputs.push({ col: Number(col ?? outputs.length), name: String(name ?? value.name), value });
  },
  'builtin.combine'(op, scope) {
    scope.set(result(op).key('%').integer(), op.key('I').list().flatMap((operand) => valuesOf(operand, scope))); // prettier-ignore
  },
  'builtin.split'(op, scope) {
    const values = op.key('I').list().flatMap((operand) => valuesOf(operand, scope)); // prettier-ignore
    op.key('O').list().forEach((output, at) => {
      const value = values[at];
      if (value) scope.set(output.key('%').integer(), [value]);
    }); // prettier-ignore
  },
  'builtin.slice'(op, scope) {
    const operand = op.key('I').list()[0];
    const value = operand && valuesOf(operand, scope)[Number(attributesOf(op).index ?? 0)];
    if (!value) throw op.wrong('an index inside of the list');
    scope.set(result(op).key('%').integer(), [value]);
  },
};
