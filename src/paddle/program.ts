import type { TensorType } from '../contracts/tensor.js';

/**
 * A Paddle program as both export formats end up: values that are written once, operators with named inputs and
 * attributes. Operators carry the names of Paddle 3 (`conv2d`, `add`, ...); `operators/` says which old name each had.
 */
export interface Program {
  readonly format: 'pdmodel' | 'pir';
  /** The program's file, for messages. */
  readonly file: string;
  readonly inputs: readonly ProgramValue[];
  readonly outputs: readonly { readonly name: string; readonly value: ProgramValue }[];
  readonly parameters: ReadonlyMap<ProgramValue, ParameterData>;
  readonly block: Block;
}

/** A tensor, or a list of tensors (`array`) that grows while the program runs. Compared by identity. */
export interface ProgramValue {
  readonly name: string;
  /** undefined: the program does not say, or it is a type that ONNX Runtime has no tensors of. */
  readonly type: TensorType | undefined;
  /** -1 is a free dimension; undefined: not even the rank is known. */
  readonly dims: readonly number[] | undefined;
  readonly array?: boolean;
}

/** A parameter's values: little endian, row-major. */
export interface ParameterData {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** A list of operators; `args` are given by the operator that owns the block, `results` are handed back to it. */
export interface Block {
  readonly args: readonly ProgramValue[];
  readonly operators: readonly Operator[];
  readonly results: readonly ProgramValue[];
}

export type AttributeScalar = boolean | number | bigint | string;
export type Attribute = AttributeScalar | readonly AttributeScalar[];

export interface Operator {
  /** Paddle 3's name without the trailing `_`, or the name as it was found where fdeploy does not know it. */
  readonly type: string;
  /** The name in the file, for messages. */
  readonly foundAs: string;
  /** Every operand is a list: of one value, or of the values of a `builtin.combine` or a repeated slot. */
  readonly inputs: Readonly<Record<string, readonly ProgramValue[]>>;
  readonly outputs: Readonly<Record<string, readonly ProgramValue[]>>;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The bodies of `if` (then, else) and `while`. */
  readonly blocks: readonly Block[];
  /** false: the operator is not in the table. */
  readonly known: boolean;
}

/** What an operator's operands and attributes are called in both vocabularies. */
export interface Signature {
  /** Operands in the order of Paddle 3's definition, each with its slot in the old format; of several, the first that is given counts. */
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Attributes that the old format calls something else: Paddle 3's name -> the old one. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How a reader names what it found: an operator's name in that format -> its name and signature here. */
export type Vocabulary = (foundAs: string) => { type: string; signature: Signature } | undefined;
