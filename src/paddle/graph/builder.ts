import type { TensorType } from '../../contracts/tensor.js';
import { DATA_TYPE } from '../../onnx/types.js';
import { checkNode } from './check.js';
import { fold } from './fold.js';
import { inferDims, inferType } from './infer.js';
import type { Attributes, GraphNode, NodeAttribute, Subgraph } from './nodes.js';
import { constantValues, makeConstant, sizeOf } from './values.js';
import type { Constant, GraphValue } from './values.js';

/** What a mapping knows of a result better than the builder. */
export interface ResultKnowledge {
  readonly type?: TensorType | undefined;
  readonly dims?: readonly number[] | undefined;
  readonly sequence?: true;
}

/** Collects nodes and constants of an ONNX graph; computes at once what is only sizes. */
export class GraphBuilder {
  /** The operator set that the graph needs: 18, or more where a mapping asks for it. */
  opset = 18;
  #nodes: GraphNode[] = [];
  readonly #constants = new Map<string, GraphValue>();
  readonly #names = new Set<string>();
  #prefix = '';

  /** Values made from now on are named after this one. */
  nameAfter(prefix: string): void {
    this.#prefix = prefix;
  }

  requireOpset(version: number): void {
    this.opset = Math.max(this.opset, version);
  }

  /** A name that no other value has. */
  uniqueName(wanted: string): string {
    let name = wanted;
    for (let count = 1; this.#names.has(name); count++) name = `${wanted}.${count}`;
    this.#names.add(name);
    return name;
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** A node with one result. @throws MisfitError where its operands do not fit together */
  node(
    opType: string,
    inputs: readonly (GraphValue | undefined)[],
    attributes: Attributes = {},
    knowledge: ResultKnowledge = {},
  ): GraphValue {
    const given = definedOnly(attributes);
    const folded = fold(opType, inputs.map((input) => input?.constant), given); // prettier-ignore
    return folded ? this.constantOf(folded) : this.nodes_(opType, inputs, given, [knowledge])[0]!;
  }

  /** A node with several results, each described by what is known of it. */
  multi(
    opType: string,
    inputs: readonly (GraphValue | undefined)[],
    attributes: Attributes,
    results: readonly ResultKnowledge[],
  ): GraphValue[] {
    return this.nodes_(opType, inputs, definedOnly(attributes), results);
  }

  private nodes_(
    opType: string,
    inputs: readonly (GraphValue | undefined)[],
    attributes: Readonly<Record<string, NodeAttribute>>,
    results: readonly ResultKnowledge[],
  ): GraphValue[] {
    const outputs = results.map((known, at): GraphValue => ({
      name: this.uniqueName(`${this.#prefix}/${opType}${at ? `_${at}` : ''}`),
      type: known.type ?? inferType(opType, inputs),
      dims: known.dims ?? (at === 0 ? inferDims(opType, inputs, attributes) : undefined),
      ...(known.sequence && { sequence: true }),
    }));
    checkNode(opType, inputs, attributes, outputs[0]?.dims);
    this.#nodes.push({ opType, inputs: withoutTrailingGaps(inputs), outputs, attributes });
    return outputs;
  }

  /** Runs `build`; what it adds becomes a body of Loop or If. Values of the outside may be used in it. */
  subgraph(inputs: readonly GraphValue[], build: () => readonly GraphValue[]): Subgraph {
    const outer = this.#nodes;
    this.#nodes = [];
    try {
      const results = build();
      const own = new Set(this.#nodes.flatMap((node) => node.outputs));
      const outputs: GraphValue[] = [];
      for (const result of results) {
        const fresh = own.has(result) && !outputs.includes(result);
        outputs.push(fresh ? result : this.copy(result));
      }
      return { inputs, nodes: this.#nodes, outputs };
    } finally {
      this.#nodes = outer;
    }
  }

  /** The same value under another name (never folded away). */
  copy(value: GraphValue): GraphValue {
    const { type, dims, sequence } = value;
    return this.nodes_('Identity', [value], {}, [{ type, dims, ...(sequence && { sequence }) }])[0]!;
  }

  /** An input of the graph or of a body. */
  input(wanted: string, type: TensorType, dims: readonly number[] | undefined, sequence?: true): GraphValue {
    return { name: this.uniqueName(wanted), type, dims, ...(sequence && { sequence }) };
  }

  /** A named constant that is written only where it is used. */
  parameter(name: string, constant: Constant): GraphValue {
    return { name: this.uniqueName(name), type: constant.type, dims: constant.dims, constant };
  }

  constantOf(constant: Constant): GraphValue {
    const small = sizeOf(constant.dims) <= 64;
    const key = small ? `${constant.type}[${constant.dims.join()}]${constantValues(constant).join()}` : '';
    const found = small && this.#constants.get(key);
    if (found) return found;
    const text =
      small && sizeOf(constant.dims) <= 4 ? constantValues(constant).join('_') : constant.dims.join('x');
    const value = this.parameter(`const/${constant.type}/${text}`, constant);
    if (small) this.#constants.set(key, value);
    return value;
  }

  /** A constant of the given values; a single one fills all of `dims`. */
  constant(type: TensorType, dims: readonly number[], values: readonly (number | bigint)[]): GraphValue {
    return this.constantOf(makeConstant(type, dims, values));
  }

  /** A 0-D constant. */
  scalar(value: number | bigint, type: TensorType): GraphValue {
    return this.constant(type, [], [value]);
  }

  /** A 1-D int64 constant: sizes, axes. */
  ints(values: readonly number[]): GraphValue {
    return this.constant('int64', [values.length], values);
  }

  cast(value: GraphValue, type: TensorType): GraphValue {
    return value.type === type ? value : this.node('Cast', [value], { to: DATA_TYPE[type] }, { type });
  }

  reshape(value: GraphValue, shape: readonly number[] | GraphValue): GraphValue {
    return this.node('Reshape', [value, 'name' in shape ? shape : this.ints(shape)]);
  }

  /** Values in a row, standing along one axis of a tensor of so many axes: sizes of 1 elsewhere. */
  alongAxis(values: GraphValue, axis: number, rank: number): GraphValue {
    return this.reshape(
      values,
      Array.from({ length: rank }, (_, at) => (at === axis ? -1 : 1)),
    );
  }

  squeeze(value: GraphValue, axes: readonly number[]): GraphValue {
    return axes.length ? this.node('Squeeze', [value, this.ints(axes)]) : value;
  }

  unsqueeze(value: GraphValue, axes: readonly number[]): GraphValue {
    return axes.length ? this.node('Unsqueeze', [value, this.ints(axes)]) : value;
  }

  transpose(value: GraphValue, perm: readonly number[]): GraphValue {
    return perm.every((axis, at) => axis === at) ? value : this.node('Transpose', [value], { perm });
  }

  concat(values: readonly GraphValue[], axis: number): GraphValue {
    return values.length === 1 ? values[0]! : this.node('Concat', values, { axis });
  }

  /** x[start:end] along one axis. */
  slice(value: GraphValue, axis: number, start: number, end: number, step = 1): GraphValue {
    const parts = [this.ints([start]), this.ints([end]), this.ints([axis])];
    return this.node('Slice', [value, ...parts, ...(step === 1 ? [] : [this.ints([step])])]);
  }

  /** The sizes as int64; a constant where all are known. */
  shape(value: GraphValue): GraphValue {
    return value.dims && sizeOf(value.dims) >= 0 ? this.ints(value.dims) : this.node('Shape', [value]);
  }

  /** One size as an int64 tensor of one element. */
  size(value: GraphValue, axis: number): GraphValue {
    const known = value.dims?.[axis < 0 ? axis + value.dims.length : axis];
    return known !== undefined && known >= 0
      ? this.ints([known])
      : this.node('Gather', [this.node('Shape', [value]), this.ints([axis])]);
  }

  reduce(opType: string, value: GraphValue, axes: readonly number[], keepdims: boolean): GraphValue {
    return this.node(opType, [value, this.ints(axes)], { keepdims: keepdims ? 1 : 0 });
  }

  /** Binary arithmetic with a number in the other operand's type. */
  withNumber(opType: string, value: GraphValue, number: number): GraphValue {
    return this.node(opType, [value, this.scalar(number, value.type)]);
  }
}

const definedOnly = (attributes: Attributes): Record<string, NodeAttribute> =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, NodeAttribute] => entry[1] !== undefined),
  );

function withoutTrailingGaps<T>(inputs: readonly (T | undefined)[]): readonly (T | undefined)[] {
  const last = inputs.findLastIndex((input) => input !== undefined);
  return inputs.slice(0, last + 1);
}
