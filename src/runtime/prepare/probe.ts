import type { Tensor, TensorData, TensorType, ValueInfo } from '../../contracts/tensor.js';
import { floatToHalf } from '../half.js';

/** Heights and widths tried where a network leaves them free, until it takes one. */
const SIZES = [
  [64, 64],
  [48, 320],
  [224, 224],
  [320, 320],
  [640, 640],
] as const;

type Feeds = Record<string, Tensor>;

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

/** Inputs to try a network with, one set for each size; one set only where no size is free. */
export function probeFeeds(inputs: readonly ValueInfo[]): Feeds[] {
  const free = inputs.some(({ dims }) => dims.length === 4 && dims.slice(1).some((size) => size < 0));
  return (free ? SIZES : SIZES.slice(0, 1)).map(([height, width]) =>
    Object.fromEntries(inputs.map((input) => [input.name, probeTensor(input, height, width)])),
  );
}

/** Pictures are noise in [0, 1); `im_shape` and `scale_factor` of detectors are what they would be. */
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
  if (dims[3] === 3) return [1, height, width, 3][axis]!; // pictures with the channels last
  return [1, 3, height, width][axis]!;
}

/** The same numbers at every call. */
function noise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** Largest difference of floats, as a part of the largest value where that is above 1. */
const TOLERANCE = 1e-5;
/** Integers (labels of an argmax) that may differ by such a float difference. */
const SHARE_OF_INTEGERS = 1e-3;

/** What is wrong with `found`, in words; undefined where both outputs are the same. */
export function outputDifference(
  wanted: Readonly<Record<string, Tensor>>,
  found: Readonly<Record<string, Tensor>>,
): string | undefined {
  for (const [name, tensor] of Object.entries(wanted)) {
    const other = found[name];
    if (other?.type !== tensor.type || String(other.dims) !== String(tensor.dims)) {
      return `output "${name}" has another shape`;
    }
    if (!sameValues(tensor, other)) return `output "${name}" has other values`;
  }
  return undefined;
}

function sameValues(wanted: Tensor, found: Tensor): boolean {
  const isFloat = wanted.type === 'float32' || wanted.type === 'float64';
  let largest = 1;
  let difference = 0;
  let unequal = 0;
  for (let i = 0; i < wanted.data.length; i++) {
    const a = Number(wanted.data[i]);
    const b = Number(found.data[i]);
    if (Object.is(a, b)) continue;
    unequal++;
    largest = Math.max(largest, Math.abs(a));
    difference = Math.max(difference, Math.abs(a - b)); // NaN stays and fails
  }
  return isFloat ? difference <= TOLERANCE * largest : unequal <= wanted.data.length * SHARE_OF_INTEGERS;
}
