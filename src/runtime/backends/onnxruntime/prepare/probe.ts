import type { Tensor, TensorData, TensorType, ValueInfo } from '../../../../contracts/tensor.js';
import { floatToHalf } from '../../../half.js';

/** Heights and widths to try if a network leaves them free. */
const SIZES = [
  [64, 64],
  [48, 320],
  [224, 224],
  [320, 320],
  [640, 640],
] as const;

type Feeds = Record<string, Tensor>;

/** Inputs that a network was tested with, and its outputs. */
export interface Trial {
  feeds: Feeds;
  outputs: Record<string, Tensor>;
}

const ARRAYS: { [K in TensorType]: new (length: number) => TensorData[K] } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

/** Inputs to test a network with, one set for each size; one set only if no size is free. */
export function probeFeeds(inputs: readonly ValueInfo[]): Feeds[] {
  const free = inputs.some(({ dims }) => dims.length === 4 && dims.slice(1).some((size) => size < 0));
  return (free ? SIZES : SIZES.slice(0, 1)).map(([height, width]) =>
    Object.fromEntries(inputs.map((input) => [input.name, probeTensor(input, height, width)])),
  );
}

/** Pictures are noise in the range of normalised pictures; `im_shape` and `scale_factor` of detectors have realistic values. */
function probeTensor({ name, type, dims: declared }: ValueInfo, height: number, width: number): Tensor {
  const dims = declared.map((size, axis) => (size > 0 ? size : freeSize(declared, axis, height, width)));
  const length = dims.reduce((product, size) => product * size, 1);
  const fill = name === 'im_shape' ? [height, width] : name === 'scale_factor' ? [1] : undefined;
  if (type === 'float32' || type === 'float16') {
    const values = fill ? Float32Array.from({ length }, (_, i) => fill[i % fill.length]!) : noise(length);
    return type === 'float32' ? { type, dims, data: values } : { type, dims, data: floatToHalf(values) };
  }
  const data = new ARRAYS[type](length);
  if (fill)
    for (let i = 0; i < length; i++)
      data[i] = type === 'int64' ? BigInt(fill[i % fill.length]!) : fill[i % fill.length]!;
  return { type, dims, data } as Tensor;
}

function freeSize(dims: readonly number[], axis: number, height: number, width: number): number {
  if (dims.length !== 4 || axis === 0) return 1;
  if (dims[3] === 3) return [1, height, width, 3][axis]!; // pictures with channels last
  return [1, 3, height, width][axis]!;
}

/** The range of black to white with ImageNet's mean and deviation; other normalisations stay within it. */
const [BLACK, WHITE] = [-2.12, 2.64];

/** The same numbers at every call. */
function noise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return BLACK + (state / 2 ** 32) * (WHITE - BLACK);
  });
}

/** Maximum difference of floats, relative to the largest value if that is above 1. */
const TOLERANCE = 1e-5;
/** Maximum share of integers (labels of an argmax) that may differ. */
const SHARE_OF_INTEGERS = 1e-3;
/** Allowed multiple of the difference between outputs that count as equal. */
const NOISE = 10;

type Outputs = Readonly<Record<string, Tensor>>;

/**
 * A description of what is wrong with `found`; undefined if both outputs are equal.
 * @param alike outputs that differ from `wanted` by rounding only, which some networks amplify
 */
export function outputDifference(wanted: Outputs, found: Outputs, alike: Outputs = {}): string | undefined {
  for (const [name, tensor] of Object.entries(wanted)) {
    const other = found[name];
    if (other?.type !== tensor.type || String(other.dims) !== String(tensor.dims)) {
      return `output "${name}" has another shape`;
    }
    const rounding = alike[name];
    const allowed = rounding?.data.length === tensor.data.length ? NOISE * distance(tensor, rounding) : 0;
    if (!(distance(tensor, other) <= Math.max(allowed, toleranceOf(tensor)))) {
      return `output "${name}" has other values`;
    }
  }
  return undefined;
}

const isFloat = ({ type }: Tensor): boolean => type === 'float32' || type === 'float64';

function toleranceOf(tensor: Tensor): number {
  if (!isFloat(tensor)) return SHARE_OF_INTEGERS;
  let largest = 1;
  for (let i = 0; i < tensor.data.length; i++) largest = Math.max(largest, Math.abs(Number(tensor.data[i])));
  return TOLERANCE * largest;
}

/** The largest difference of floats, NaN where only one of two is; the share of other values that are unequal. */
function distance(wanted: Tensor, found: Tensor): number {
  let largest = 0;
  let unequal = 0;
  for (let i = 0; i < wanted.data.length; i++) {
    const a = Number(wanted.data[i]);
    const b = Number(found.data[i]);
    if (Object.is(a, b)) continue;
    unequal++;
    largest = Math.max(largest, Math.abs(a - b)); // NaN stays
  }
  return isFloat(wanted) ? largest : unequal / wanted.data.length;
}
