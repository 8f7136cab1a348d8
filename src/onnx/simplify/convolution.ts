import {
  float64s,
  intOf,
  intsOf,
  isOperator,
  sizeOf,
  textOf,
  type FloatTensor,
  type Graph,
} from '../graph/index.js';
import type { OnnxNode } from '../types.js';
import { at, type Affine } from './affine.js';

/** A Conv or ConvTranspose whose weights are constants. */
export interface Convolution {
  readonly node: OnnxNode;
  readonly transposed: boolean;
  /** Conv: [outputs, inputs / groups, ...kernel]; ConvTranspose: [inputs, outputs / groups, ...kernel]. */
  readonly weights: FloatTensor;
  readonly bias: FloatTensor | undefined;
  readonly groups: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: readonly number[];
}

/** A node as a convolution; undefined if it is none, or its weights or bias are not float32 constants. */
export function convolutionOf(graph: Graph, node: OnnxNode | undefined): Convolution | undefined {
  if (!isOperator(node, 'Conv', 'ConvTranspose')) return undefined;
  const [x = '', weightsName = '', biasName = ''] = node.input;
  const weights = graph.floats(weightsName);
  const bias = biasName === '' ? undefined : graph.floats(biasName);
  if (!weights || weights.dims.length < 3 || graph.isConstant(x) || (biasName !== '' && !bias))
    return undefined;
  const transposed = node.opType === 'ConvTranspose';
  const groups = intOf(node, 'group', 1);
  const [first, second, ...kernel] = weights.dims as [number, number, ...number[]];
  const [inputs, outputs] = transposed ? [first, second * groups] : [second * groups, first];
  if (bias && bias.values.length !== outputs) return undefined;
  return { node, transposed, weights, bias, groups, inputs, outputs, kernel };
}

/** true if an output may depend on values outside of the input, which count as 0. */
export function isPadded({ node, kernel }: Convolution): boolean {
  if (kernel.every((size) => size === 1) && !intsOf(node, 'pads')?.some((pad) => pad !== 0)) return false;
  const rule = textOf(node, 'auto_pad', 'NOTSET');
  if (rule === 'VALID') return false;
  return rule !== 'NOTSET' || (intsOf(node, 'pads') ?? []).some((pad) => pad !== 0);
}

/** What a convolution's weights and bias become; undefined if a value does not fit into float32. */
export function withValues(
  graph: Graph,
  { node, weights, outputs }: Convolution,
  values: { weights: Float64Array; bias: Float64Array },
  changes: Partial<OnnxNode> = {},
): OnnxNode | undefined {
  const fits = (value: number): boolean => Number.isFinite(Math.fround(value));
  if (!values.weights.every(fits) || !values.bias.every(fits)) return undefined;
  const [x = '', weightsName = '', biasName] = node.input;
  const input = [x, graph.addFloats(weightsName, { dims: weights.dims, values: values.weights })];
  const needsBias = values.bias.some((value) => value !== 0);
  if (needsBias) {
    const name = biasName === undefined || biasName === '' ? `${weightsName}/bias` : biasName;
    input.push(graph.addFloats(name, { dims: [outputs], values: values.bias }));
  }
  return { ...node, input, ...changes };
}

/** Weights and bias of a convolution whose result is scaled and shifted. */
export function scaledBehind(
  { weights, bias, transposed, groups, outputs, kernel }: Convolution,
  { scale, shift }: Affine,
): { weights: Float64Array; bias: Float64Array } {
  const area = sizeOf(kernel);
  const [rows, columns] = weights.dims as [number, number];
  const outputOf = (i: number): number => {
    const row = Math.floor(i / (area * columns));
    if (!transposed) return row;
    return Math.floor(row / (rows / groups)) * columns + (Math.floor(i / area) % columns);
  };
  return {
    weights: float64s(weights.values.length, (i) => weights.values[i]! * at(scale, outputOf(i))),
    bias: float64s(outputs, (o) => (bias?.values[o] ?? 0) * at(scale, o) + at(shift, o)),
  };
}

/** Where a convolution's kernel lies, one number an axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before and behind. */
  readonly begins: readonly number[];
  readonly ends: readonly number[];
}

/** A convolution's window; undefined if its padding depends on the input's size. */
export function windowOf({ node, kernel }: Convolution): Window | undefined {
  const rule = textOf(node, 'auto_pad', 'NOTSET');
  if (rule !== 'NOTSET' && rule !== 'VALID') return undefined;
  const axes = kernel.length;
  const ones = kernel.map(() => 1);
  const pads = rule === 'NOTSET' ? intsOf(node, 'pads') : undefined;
  return {
    kernel,
    strides: intsOf(node, 'strides') ?? ones,
    dilations: intsOf(node, 'dilations') ?? ones,
    begins: pads?.slice(0, axes) ?? kernel.map(() => 0),
    ends: pads?.slice(axes) ?? kernel.map(() => 0),
  };
}
