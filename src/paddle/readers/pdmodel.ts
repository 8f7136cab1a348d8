import { storedTypeOfNumber } from '../element-types.js';
import type { Attribute, Program, ProgramValue, Vocabulary } from '../program.js';
import { damaged, declaredDims } from './damage.js';
import { BlockReader } from './pdmodel-blocks.js';
import { decodeProgram, integer } from './pdmodel-schema.js';
import type { AttrMessage, ProgramMessage, ScalarMessage, VarMessage } from './pdmodel-schema.js';

/** A program and the parameters it wants, before their values are read. */
export interface ProgramWithoutValues extends Omit<Program, 'parameters'> {
  readonly declared: readonly ProgramValue[];
}

const KIND = { tensor: 7, array: 13 } as const;

/**
 * A ProgramDesc (`.pdmodel`, `__model__`) as a program whose values are written once.
 * @throws FdeployError MODEL_INVALID naming what is damaged
 */
export function readPdmodel(bytes: Uint8Array, file: string, vocabulary: Vocabulary): ProgramWithoutValues {
  let message: ProgramMessage;
  try {
    message = decodeProgram(bytes);
  } catch (cause) {
    throw damaged(file, 'program', 'a ProgramDesc', 'bytes that are no such message', cause);
  }
  const main = message.blocks[0];
  if (!main) throw damaged(file, 'program', 'at least one block', 'none');

  const variables = message.blocks.map(
    (block, index) =>
      new Map(block.vars.map((variable) => [variable.name, readVariable(variable, file, `block ${index}`)])),
  );
  const declared = [...(variables[0]?.values() ?? [])].filter((variable) => variable.parameter);
  const reader = new BlockReader(message, variables, vocabulary, file);
  const { inputs, outputs, block } = reader.main();
  return { format: 'pdmodel', file, inputs, outputs, block, declared };
}

/** A variable's declaration; `parameter`: its values lie in the parameter file. */
export interface Variable extends ProgramValue {
  readonly parameter: boolean;
}

function readVariable(variable: VarMessage, file: string, block: string): Variable {
  const kind = variable.type?.type;
  const array = kind === KIND.array;
  const tensor = array ? variable.type?.tensorArray?.tensor : variable.type?.denseTensor?.tensor;
  const dims = tensor
    ? declaredDims(
        tensor.dims.map((dim) => Number(integer(dim))),
        file,
        `${block}, variable ${variable.name}`,
      )
    : undefined;
  return {
    name: variable.name,
    type: tensor ? storedTypeOfNumber(tensor.dataType)?.type : undefined,
    dims,
    parameter: variable.persistable && kind === KIND.tensor,
    ...(array && { array }),
  };
}

const scalar = (value: ScalarMessage): Attribute & (boolean | number | bigint) =>
  value.type === 1 ? value.b : value.type === 2 ? integer(value.i) : value.r;

/** protobufjs gives an empty list for bytes that are not there. */
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** `AttrType` of framework.proto -> the value; types that name variables or blocks are read elsewhere. */
const READ_ATTRIBUTE: Readonly<Record<number, (attr: AttrMessage) => Attribute>> = {
  0: (attr) => attr.i,
  1: (attr) => attr.f,
  2: (attr) => text(attr.s),
  3: (attr) => attr.ints,
  4: (attr) => attr.floats,
  5: (attr) => attr.strings.map(text),
  6: (attr) => attr.b,
  7: (attr) => attr.bools,
  9: (attr) => integer(attr.l),
  11: (attr) => attr.longs.map(integer),
  12: (attr) => attr.float64s,
  15: (attr) => attr.float64,
  16: (attr) => (attr.scalar ? scalar(attr.scalar) : 0),
  17: (attr) => attr.scalars.map(scalar),
};

/** Attributes that say nothing about the result; call stacks can be most of a file. */
const IGNORED = new Set([
  'op_callstack', 'op_role', 'op_role_var', 'op_namescope', 'op_device', 'with_quant_attr', 'use_cudnn', 'use_mkldnn',
]); // prettier-ignore

/** An operator's plain attributes, by their names in the file. */
export function readAttributes(attrs: readonly AttrMessage[]): Record<string, Attribute> {
  const read: Record<string, Attribute> = {};
  for (const attr of attrs) {
    if (!IGNORED.has(attr.name)) {
      const value = READ_ATTRIBUTE[attr.type]?.(attr);
      if (value !== undefined) read[attr.name] = value;
    }
  }
  return read;
}
