import type { TensorType } from '../../contracts/tensor.js';
import {
  broadcastDims,
  concatenatedDims,
  reducedDims,
  reshapedDims,
  squeezedDims,
  unsqueezedDims,
} from './dims.js';
import type { Dims } from './dims.js';
import type { NodeAttribute } from './nodes.js';
import { constantValues } from './values.js';
import type { GraphValue } from './values.js';

type Inputs = readonly (GraphValue | undefined)[];
type Attributes = Readonly<Record<string, NodeAttribute>>;

const BOOLEAN = new Set([
  'Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Xor', 'Not', 'IsNaN', 'IsInf',
]); // prettier-ignore
const INTEGER = new Set([
  'Shape',
  'Size',
  'ArgMax',
  'ArgMin',
  'NonZero',
  'NonMaxSuppression',
  'SequenceLength',
]);

/** The element type of a node's first result. */
export function inferType(opType: string, inputs: Inputs): TensorType {
  if (BOOLEAN.has(opType)) return 'bool';
  if (INTEGER.has(opType)) return 'int64';
  const from = opType === 'Where' || opType === 'OneHot' ? inputs.at(-1) : inputs.find((input) => input);
  return from?.type ?? 'float32';
}

const numbers = (value: GraphValue | undefined): number[] | undefined =>
  value?.constant && constantValues(value.constant).map(Number);

const sameAsFirst = (inputs: Inputs): Dims => inputs[0]?.dims;

function reduced(inputs: Inputs, attributes: Attributes): Dims {
  const dims = inputs[0]?.dims;
  if (!dims) return undefined;
  const all = dims.map((_, axis) => axis);
  const axes = inputs[1] ? numbers(inputs[1]) : all;
  return axes && reducedDims(dims, axes.length ? axes : all, attributes.keepdims !== 0);
}

const RULES: Readonly<Record<string, (inputs: Inputs, attributes: Attributes) => Dims>> = {
  Reshape: ([x, shape]) => {
    const wanted = numbers(shape);
    if (wanted) return reshapedDims(x?.dims, wanted);
    const rank = shape?.dims?.[0] ?? -1;
    return rank < 0 ? undefined : new Array<number>(rank).fill(-1);
  },
  Squeeze: ([x, axes]) => {
    const known = numbers(axes);
    return x?.dims && known && squeezedDims(x.dims, known);
  },
  Unsqueeze: ([x, axes]) => {
    const known = numbers(axes);
    return x?.dims && known && unsqueezedDims(x.dims, known);
  },
  Transpose: ([x], { perm }) => x?.dims && (perm as number[]).map((axis) => x.dims![axis] ?? -1),
  Concat: (inputs, { axis }) => concatenatedDims(inputs.map((input) => input?.dims), axis as number), // prettier-ignore
  Shape: ([x]) => (x?.dims ? [x.dims.length] : [-1]),
  Size: () => [],
  Gather: ([x, index], { axis }) =>
    x?.dims &&
    index?.dims && [...x.dims.slice(0, (axis as number | undefined) ?? 0), ...index.dims, ...x.dims.slice(((axis as number | undefined) ?? 0) + 1)], // prettier-ignore
  Slice: ([x, starts, ends, axes]) => {
    const changed = axes
      ? numbers(axes)
      : starts?.dims && Array.from({ length: starts.dims[0] ?? 0 }, (_, i) => i);
    const [from, to] = [numbers(starts), numbers(ends)];
    if (!x?.dims || !changed) return undefined;
    const dims = [...x.dims];
    changed.forEach((axis, i) => {
      const at = axis < 0 ? axis + dims.length : axis;
      const [a, b] = [from?.[i], to?.[i]];
      const forward = a !== undefined && b !== undefined && a >= 0 && b > a && dims[at]! >= b;
      dims[at] = forward ? b - a : -1;
    });
    return dims;
  },
  MatMul: ([a, b]) => {
    if (!a?.dims || !b?.dims || a.dims.length < 2 || b.dims.length < 2) return undefined;
    const batch = broadcastDims([a.dims.slice(0, -2), b.dims.slice(0, -2)]);
    return batch && [...batch, a.dims.at(-2)!, b.dims.at(-1)!];
  },
  Expand: ([x, shape]) => {
    const wanted = numbers(shape);
    return wanted && broadcastDims([x?.dims, wanted]);
  },
  NonZero: ([x]) => [x?.dims?.length ?? -1, -1],
  GatherElements: ([, index]) => index?.dims,
  OneHot: ([x]) => x?.dims && [...x.dims, -1],
};

const SAME = new Set([
  'Cast', 'Identity', 'Relu', 'Sigmoid', 'Tanh', 'Exp', 'Log', 'Sqrt', 'Neg', 'Abs', 'Floor', 'Ceil', 'Round', 'Sign',
  'Reciprocal', 'Erf', 'Softmax', 'LogSoftmax', 'LeakyRelu', 'HardSigmoid', 'HardSwish', 'Elu', 'Selu', 'Celu', 'Softplus',
  'Softsign', 'Clip', 'Not', 'IsNaN', 'IsInf', 'BatchNormalization', 'InstanceNormalization', 'LayerNormalization', 'Trilu',
  'CumSum', 'Sin', 'Cos', 'Atan', 'ScatterND', 'ScatterElements', 'ThresholdedRelu', 'Shrink', 'PRelu',
]); // prettier-ignore
/** Elementwise operators with numpy's broadcasting. */
export const BROADCAST = new Set([
  'Add', 'Sub', 'Mul', 'Div', 'Pow', 'Mod', 'Min', 'Max', 'And', 'Or', 'Xor', 'Equal', 'Less', 'LessOrEqual', 'Greater',
  'GreaterOrEqual', 'Where', 'Sum', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor',
]); // prettier-ignore

/** What can be said of the shape of a node's first result without running it. */
export function inferDims(opType: string, inputs: Inputs, attributes: Attributes): Dims {
  if (SAME.has(opType)) return sameAsFirst(inputs);
  if (BROADCAST.has(opType)) return broadcastDims(inputs.map((input) => input?.dims));
  if (opType.startsWith('Reduce')) return reduced(inputs, attributes);
  return RULES[opType]?.(inputs, attributes);
}
