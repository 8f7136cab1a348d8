import { DATA_TYPE } from '../../onnx/types.js';
import type { TensorType } from '../../contracts/tensor.js';
import { fromFront, reshapedDims, squeezedDims, unsqueezedDims } from './dims.js';
import type { NodeAttribute } from './nodes.js';
import { constantValues, isFloat, makeConstant, sizeOf } from './values.js';
import type { Constant } from './values.js';

/** Sizes are computed, weights are not: larger constants are left to the runtime. */
const LARGEST = 256;

type Fold = (
  inputs: readonly Constant[],
  attributes: Readonly<Record<string, NodeAttribute>>,
) => Constant | undefined;

const values = (constant: Constant): number[] => constantValues(constant).map(Number);

const view = (constant: Constant, dims: readonly number[]): Constant => ({ ...constant, dims });

/** Elementwise arithmetic where the shapes agree or one side is a single number; float32 results are rounded when stored. */
const arithmetic =
  (compute: (a: number, b: number, type: TensorType) => number): Fold =>
  ([a, b]) => {
    if (!a || !b) return undefined;
    const [x, y] = [values(a), values(b)];
    const same = a.dims.length === b.dims.length && a.dims.every((dim, axis) => dim === b.dims[axis]);
    const single = x.length === 1 || y.length === 1;
    if (!same && !(single && Math.min(a.dims.length, b.dims.length) <= 1)) return undefined;
    const larger = x.length > y.length || (x.length === y.length && a.dims.length >= b.dims.length) ? a : b;
    const size = sizeOf(larger.dims);
    const result = Array.from({ length: size }, (_, i) =>
      compute(x.length === 1 ? x[0]! : x[i]!, y.length === 1 ? y[0]! : y[i]!, a.type),
    );
    const exact = isFloat(a.type) || result.every((value) => Number.isSafeInteger(value));
    return exact ? makeConstant(a.type, larger.dims, result) : undefined;
  };

const TYPE_OF_NUMBER = Object.fromEntries(Object.entries(DATA_TYPE).map(([name, number]) => [number, name]));

const FOLDS: Readonly<Record<string, Fold>> = {
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  Div: arithmetic((a, b, type) => (isFloat(type) ? a / b : b === 0 ? NaN : Math.trunc(a / b))),
  Max: arithmetic((a, b) => Math.max(a, b)),
  Min: arithmetic((a, b) => Math.min(a, b)),
  Identity: ([x]) => x,
  Cast: ([x], { to }) => {
    const type = TYPE_OF_NUMBER[to as number] as TensorType;
    if (!x || type === x.type) return x;
    if (isFloat(x.type) && !isFloat(type) && values(x).some((value) => !Number.isFinite(value)))
      return undefined;
    const cut = isFloat(x.type) && !isFloat(type) && type !== 'bool';
    const from = constantValues(x);
    return makeConstant(type, x.dims, from.length ? from.map((v) => (cut ? Math.trunc(Number(v)) : v)) : [0]);
  },
  Reshape: ([x, shape]) => {
    if (!x || !shape) return undefined;
    const dims = reshapedDims(x.dims, values(shape));
    return sizeOf(dims) === sizeOf(x.dims) ? view(x, dims) : undefined;
  },
  Squeeze: ([x, axes]) => x && axes && view(x, squeezedDims(x.dims, values(axes))),
  Unsqueeze: ([x, axes]) => x && axes && view(x, unsqueezedDims(x.dims, values(axes))),
  Concat: (inputs) => {
    const [first] = inputs;
    if (!first || inputs.some((input) => input.dims.length !== 1)) return undefined;
    const all = inputs.flatMap(constantValues);
    return all.length ? makeConstant(first.type, [all.length], all) : undefined;
  },
  Gather: ([x, index], { axis }) => {
    if (x?.dims.length !== 1 || !index || (axis ?? 0) !== 0) return undefined;
    const from = constantValues(x);
    const picked = values(index).map((at) => from[fromFront(at, from.length)]);
    return picked.every((value) => value !== undefined) && picked.length
      ? makeConstant(x.type, index.dims, picked)
      : undefined;
  },
  Slice: ([x, starts, ends, axes, steps]) => {
    if (x?.dims.length !== 1 || !starts || !ends || (axes && values(axes)[0] !== 0)) return undefined;
    if (steps && values(steps)[0] !== 1) return undefined;
    const part = constantValues(x).slice(values(starts)[0], values(ends)[0]);
    return part.length ? makeConstant(x.type, [part.length], part) : undefined;
  },
};

/** The result of a node whose inputs are all small constants, where it is one of the operators that sizes are computed with. */
export function fold(
  opType: string,
  inputs: readonly (Constant | undefined)[],
  attributes: Readonly<Record<string, NodeAttribute>>,
): Constant | undefined {
  const rule = FOLDS[opType];
  if (!rule || !inputs.every((input) => input !== undefined && sizeOf(input.dims) <= LARGEST))
    return undefined;
  return rule(inputs as readonly Constant[], attributes);
}
