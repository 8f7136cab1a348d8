import { FdeployError } from '../../contracts/errors.js';
import type { TensorType } from '../../contracts/tensor.js';
import { typeOfAttribute } from '../element-types.js';
import type { GraphBuilder } from '../graph/builder.js';
import { constantValues } from '../graph/values.js';
import type { GraphValue } from '../graph/values.js';
import type { Attribute, AttributeScalar, Block, Operator, Program, ProgramValue } from '../program.js';

/** Writes a block's operators into the graph that is being built. */
export interface BlockConverter {
  /** @param args what the block's arguments are */
  convertBlock(block: Block, args: readonly GraphValue[]): GraphValue[];
}

/**
 * One operator as its mapping sees it. Numbers that the formats pass now as attributes, now as operands (a size, an
 * axis, a factor) are asked for by name; the operand counts where both are there. Operands that nobody asks for are
 * never read.
 */
export class OperatorCall {
  readonly operator: Operator;
  readonly blocks: BlockConverter;
  readonly #program: Pick<Program, 'file' | 'format'>;
  readonly #read: (value: ProgramValue) => GraphValue;
  readonly #graph: GraphBuilder;

  constructor(
    operator: Operator,
    read: (value: ProgramValue) => GraphValue,
    program: Pick<Program, 'file' | 'format'>,
    graph: GraphBuilder,
    blocks: BlockConverter,
  ) {
    this.operator = operator;
    this.#read = read;
    this.#program = program;
    this.#graph = graph;
    this.blocks = blocks;
  }

  /** The name in the file tells variants apart that share a mapping. */
  get foundAs(): string {
    return this.operator.foundAs;
  }

  get isOldFormat(): boolean {
    return this.#program.format === 'pdmodel';
  }

  fail(expected: string, found: string): FdeployError {
    const { file } = this.#program;
    const output = Object.values(this.operator.outputs).flat()[0]?.name ?? 'nothing';
    const message = `${file}: operator ${this.foundAs} that makes ${output}: expected ${expected}, found ${found}`;
    return new FdeployError('MODEL_INVALID', message, { file, expected, found });
  }

  /** For what Paddle can do and ONNX cannot. */
  unsupported(what: string): FdeployError {
    const { file } = this.#program;
    return new FdeployError('OPERATOR_UNSUPPORTED', `${file}: operator ${this.foundAs} ${what}`, { file });
  }

  input(name: string): GraphValue {
    const value = this.optional(name);
    if (!value) throw this.fail(`an operand ${name}`, 'none');
    return value;
  }

  optional(name: string): GraphValue | undefined {
    const operand = this.operator.inputs[name]?.[0];
    return operand && this.#read(operand);
  }

  list(name: string): readonly GraphValue[] {
    return (this.operator.inputs[name] ?? []).map((operand) => this.#read(operand));
  }

  /** What the program says of an output; undefined if it has none of that name. */
  declared(name: string, at = 0): Operator['outputs'][string][number] | undefined {
    return this.operator.outputs[name]?.[at];
  }

  outputCount(name: string): number {
    return this.operator.outputs[name]?.length ?? 0;
  }

  /** The dimensions of a value. @throws FdeployError where not even the rank is known */
  dims(value: GraphValue): readonly number[] {
    if (!value.dims)
      throw this.unsupported(`needs the number of axes of ${value.name}, which the model does not tell`);
    return value.dims;
  }

  rank(value: GraphValue): number {
    return this.dims(value).length;
  }

  attribute(name: string): Attribute | undefined {
    return this.operator.attributes[name];
  }

  int(name: string, fallback?: number): number {
    const value = this.#settled(name)?.[0] ?? fallback;
    if (value === undefined || !Number.isInteger(value))
      throw this.fail(`a whole number ${name} that is known`, String(value ?? 'none'));
    return value;
  }

  float(name: string, fallback?: number): number {
    const value = this.#settled(name)?.[0] ?? fallback;
    if (value === undefined) throw this.fail(`a number ${name} that is known`, 'none');
    return value;
  }

  bool(name: string, fallback: boolean): boolean {
    const value = this.#settled(name)?.[0];
    return value === undefined ? fallback : value !== 0;
  }

  string(name: string, fallback?: string): string {
    const value = this.attribute(name) ?? fallback;
    if (typeof value !== 'string') throw this.fail(`a text ${name}`, typeof value);
    return value;
  }

  /** Whole numbers that must be known while the graph is built. */
  ints(name: string, fallback?: readonly number[]): readonly number[] {
    const values = this.#settled(name) ?? fallback;
    if (!values?.every(Number.isInteger))
      throw this.fail(`whole numbers ${name} that are known`, values?.join() ?? 'none');
    return values;
  }

  /** Numbers of an operand that is constant, else of an attribute; undefined if there are none or an operand is not constant. */
  numbers(name: string): readonly number[] | undefined {
    const operands = this.list(name);
    if (operands.length) {
      if (!operands.every((operand) => operand.constant)) return undefined;
      return operands.flatMap((operand) => constantValues(operand.constant!).map(Number));
    }
    const attribute = this.attribute(name);
    if (attribute === undefined) return undefined;
    const values = (Array.isArray(attribute) ? attribute : [attribute]) as readonly AttributeScalar[];
    return values.some((value) => typeof value === 'string') ? undefined : values.map(Number);
  }

  /** `numbers` where ONNX must know them while the graph is built: what the program computes is no reason for a default. */
  #settled(name: string): readonly number[] | undefined {
    const values = this.numbers(name);
    if (!values && this.list(name).length)
      throw this.unsupported(`takes ${name} from a tensor that is computed at run time`);
    return values;
  }

  /** Sizes, as a 1-D int64 value: of an operand, of a list of single numbers, or of an attribute. */
  sizes(name: string): GraphValue | undefined {
    const operands = this.list(name);
    const graph = this.#graph;
    if (operands.length === 0) {
      const known = this.numbers(name);
      return known && graph.ints(known);
    }
    const single = operands.length > 1;
    const parts = operands.map((operand) => {
      const wide = graph.cast(operand, 'int64');
      return single || wide.dims?.length !== 1 ? graph.reshape(wide, single ? [1] : [-1]) : wide;
    });
    return graph.concat(parts, 0);
  }

  /** A number as a 0-D value of the given type: an operand of one element, or an attribute. */
  scalar(name: string, type: TensorType, fallback?: number): GraphValue {
    const operand = this.optional(name);
    if (!operand) return this.#graph.scalar(this.float(name, fallback), type);
    const value = this.#graph.cast(operand, type);
    return value.dims?.length === 0 ? value : this.#graph.reshape(value, []);
  }

  /** The element type that an attribute names; `fallback` where it says "as the input". */
  type(name: string, fallback: TensorType): TensorType {
    return typeOfAttribute(this.attribute(name)) ?? fallback;
  }

  /** Axes, counted from the front; all of them where the list is empty, absent or `reduce_all` is set. */
  axes(name: string, rank: number): number[] {
    const given = this.numbers(name);
    if (this.list(name).length && !given)
      throw this.unsupported('reduces over axes that are computed at run time');
    const all = !given?.length || this.bool('reduce_all', false);
    return all
      ? Array.from({ length: rank }, (_, axis) => axis)
      : given.map((axis) => this.axisOf(axis, rank));
  }

  /** One axis, counted from the front. */
  axis(name: string, rank: number, fallback?: number): number {
    return this.axisOf(this.int(name, fallback), rank);
  }

  axisOf(axis: number, rank: number): number {
    const front = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(front) || front < 0 || front >= Math.max(rank, 1))
      throw this.fail(`an axis of a tensor with ${rank}`, `${axis}`);
    return front;
  }
}
