import protobuf from 'protobufjs/light.js';

/**
 * The part of Paddle's framework.proto that a converter needs, as a protobufjs namespace; other fields are skipped.
 * Strings that may hold any bytes (call stacks) stay bytes and are not decoded before they are asked for.
 */
type FieldRow = readonly [name: string, id: number, type: string, repeated?: 'many'];

const MESSAGES: Readonly<Record<string, readonly FieldRow[]>> = {
  ProgramDesc: [
    ['blocks', 1, 'BlockDesc', 'many'],
    ['version', 4, 'Version'],
  ],
  Version: [['version', 1, 'int64']],
  BlockDesc: [
    ['idx', 1, 'int32'],
    ['parentIdx', 2, 'int32'],
    ['vars', 3, 'VarDesc', 'many'],
    ['ops', 4, 'OpDesc', 'many'],
  ],
  VarDesc: [
    ['name', 1, 'string'],
    ['type', 2, 'VarType'],
    ['persistable', 3, 'bool'],
  ],
  VarType: [
    ['type', 1, 'int32'],
    ['denseTensor', 3, 'DenseTensorDesc'],
    ['tensorArray', 4, 'DenseTensorDesc'],
  ],
  DenseTensorDesc: [['tensor', 1, 'TensorDesc']],
  TensorDesc: [
    ['dataType', 1, 'int32'],
    ['dims', 2, 'int64', 'many'],
  ],
  OpDesc: [
    ['inputs', 1, 'Slot', 'many'],
    ['outputs', 2, 'Slot', 'many'],
    ['type', 3, 'string'],
    ['attrs', 4, 'Attr', 'many'],
  ],
  Slot: [
    ['parameter', 1, 'string'],
    ['arguments', 2, 'string', 'many'],
  ],
  Attr: [
    ['name', 1, 'string'],
    ['type', 2, 'int32'],
    ['i', 3, 'int32'],
    ['f', 4, 'float'],
    ['s', 5, 'bytes'],
    ['ints', 6, 'int32', 'many'],
    ['floats', 7, 'float', 'many'],
    ['strings', 8, 'bytes', 'many'],
    ['b', 10, 'bool'],
    ['bools', 11, 'bool', 'many'],
    ['blockIdx', 12, 'int32'],
    ['l', 13, 'int64'],
    ['longs', 15, 'int64', 'many'],
    ['float64s', 16, 'double', 'many'],
    ['varName', 17, 'string'],
    ['varsName', 18, 'string', 'many'],
    ['float64', 19, 'double'],
    ['scalar', 20, 'Scalar'],
    ['scalars', 21, 'Scalar', 'many'],
  ],
  Scalar: [
    ['type', 1, 'int32'],
    ['b', 2, 'bool'],
    ['i', 3, 'int64'],
    ['r', 4, 'double'],
  ],
};

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([message, rows]) => [
      message,
      {
        fields: Object.fromEntries(
          rows.map(([name, id, type, rule]) => [name, { id, type, ...(rule && { rule: 'repeated' }) }]),
        ),
      },
    ]),
  ),
});

/** How protobufjs gives a 64-bit integer. */
interface Long {
  toNumber(): number;
  toString(): string;
}

export interface ProgramMessage {
  blocks: BlockMessage[];
  version?: { version: Long | number } | null;
}
export interface BlockMessage {
  idx: number;
  parentIdx: number;
  vars: VarMessage[];
  ops: OpMessage[];
}
export interface VarMessage {
  name: string;
  type?: VarTypeMessage | null;
  persistable: boolean;
}
export interface VarTypeMessage {
  type: number;
  denseTensor?: { tensor?: TensorMessage | null } | null;
  tensorArray?: { tensor?: TensorMessage | null } | null;
}
export interface TensorMessage {
  dataType: number;
  dims: (Long | number)[];
}
export interface OpMessage {
  inputs: SlotMessage[];
  outputs: SlotMessage[];
  type: string;
  attrs: AttrMessage[];
}
export interface SlotMessage {
  parameter: string;
  arguments: string[];
}
export interface AttrMessage {
  name: string;
  type: number;
  i: number;
  f: number;
  s: Uint8Array;
  ints: number[];
  floats: number[];
  strings: Uint8Array[];
  b: boolean;
  bools: boolean[];
  blockIdx: number;
  l: Long | number;
  longs: (Long | number)[];
  float64s: number[];
  varName: string;
  varsName: string[];
  float64: number;
  scalar?: ScalarMessage | null;
  scalars: ScalarMessage[];
}
export interface ScalarMessage {
  type: number;
  b: boolean;
  i: Long | number;
  r: number;
}

const programType = root.lookupType('ProgramDesc');
const tensorType = root.lookupType('TensorDesc');

const decode = (type: protobuf.Type, bytes: Uint8Array): unknown =>
  type.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));

/** @throws Error or RangeError on what is no ProgramDesc */
export const decodeProgram = (bytes: Uint8Array): ProgramMessage =>
  decode(programType, bytes) as ProgramMessage;

/** @throws Error or RangeError on what is no TensorDesc */
export const decodeTensorDesc = (bytes: Uint8Array): TensorMessage =>
  decode(tensorType, bytes) as TensorMessage;

/** A 64-bit integer of a message; a bigint only where a number is not exact. */
export function integer(value: Long | number): number | bigint {
  if (typeof value === 'number') return value;
  const number = value.toNumber();
  return Number.isSafeInteger(number) ? number : BigInt(value.toString());
}
