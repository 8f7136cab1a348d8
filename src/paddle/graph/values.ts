import type { TensorType } from '../../contracts/tensor.js';

/** A tensor (or sequence of tensors) of the ONNX graph that is being built. `name` is settled when the graph is written. */
export interface GraphValue {
  name: string;
  readonly type: TensorType;
  /** -1 is a free dimension; undefined: not even the rank is known. */
  dims: readonly number[] | undefined;
  readonly constant?: Constant;
  readonly sequence?: true;
}

/** Little-endian, row-major values that are known while the graph is built. */
export interface Constant {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

type Codec = readonly [
  width: number,
  get: (view: DataView, at: number) => number | bigint,
  set: (view: DataView, at: number, value: number | bigint) => void,
];

const CODECS: Readonly<Record<TensorType, Codec>> = {
  bool: [1, (v, at) => v.getUint8(at), (v, at, x) => { v.setUint8(at, x ? 1 : 0); }],
  int8: [1, (v, at) => v.getInt8(at), (v, at, x) => { v.setInt8(at, Number(x)); }],
  uint8: [1, (v, at) => v.getUint8(at), (v, at, x) => { v.setUint8(at, Number(x)); }],
  int16: [2, (v, at) => v.getInt16(at, true), (v, at, x) => { v.setInt16(at, Number(x), true); }],
  uint16: [2, (v, at) => v.getUint16(at, true), (v, at, x) => { v.setUint16(at, Number(x), true); }],
  int32: [4, (v, at) => v.getInt32(at, true), (v, at, x) => { v.setInt32(at, Number(x), true); }],
  uint32: [4, (v, at) => v.getUint32(at, true), (v, at, x) => { v.setUint32(at, Number(x), true); }],
  int64: [8, (v, at) => v.getBigInt64(at, true), (v, at, x) => { v.setBigInt64(at, toBigint(x), true); }],
  float16: [2, (v, at) => fromHalf(v.getUint16(at, true)), (v, at, x) => { v.setUint16(at, toHalf(Number(x)), true); }],
  float32: [4, (v, at) => v.getFloat32(at, true), (v, at, x) => { v.setFloat32(at, Number(x), true); }],
  float64: [8, (v, at) => v.getFloat64(at, true), (v, at, x) => { v.setFloat64(at, Number(x), true); }],
}; // prettier-ignore

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

function toBigint(value: number | bigint): bigint {
  if (typeof value === 'bigint') return value;
  if (value >= 2 ** 63) return INT64.max;
  if (!(value > -(2 ** 63))) return INT64.min; // NaN too, as a C++ cast does on x64
  return BigInt(Math.trunc(value));
}

/** Bytes of one element. */
export const widthOf = (type: TensorType): number => CODECS[type][0];

export const isFloat = (type: TensorType): boolean => type.startsWith('float');

/** Number of elements; -1 where a dimension is free. */
export const sizeOf = (dims: readonly number[]): number =>
  dims.some((dim) => dim < 0) ? -1 : dims.reduce((product, dim) => product * dim, 1);

/** A constant of the given values; a single one fills all of `dims`. */
export function makeConstant(
  type: TensorType,
  dims: readonly number[],
  values: readonly (number | bigint)[],
): Constant {
  const [width, , set] = CODECS[type];
  const size = sizeOf(dims);
  const bytes = new Uint8Array(size * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < size; i++) set(view, i * width, values.length === 1 ? values[0]! : values[i]!);
  return { type, dims, bytes };
}

/** The values of a constant; int64 as bigint only where a number is not exact. */
export function constantValues({ type, bytes }: Constant): (number | bigint)[] {
  const [width, get] = CODECS[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: (number | bigint)[] = [];
  for (let at = 0; at < bytes.length; at += width) {
    const value = get(view, at);
    const number = Number(value);
    values.push(typeof value === 'bigint' && !Number.isSafeInteger(number) ? value : number);
  }
  return values;
}

/** A float16's value from its bits (IEEE 754 binary16). */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A number's nearest float16, ties to even. */
function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1e-9)));
  const step = 2 ** (exponent - 10);
  const units = roundHalfEven(size / step);
  return sign | (exponent === -14 ? units : ((exponent + 14) << 10) + units);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
