import {
  ATTRIBUTE_TYPE,
  DATA_LOCATION,
  DATA_TYPE,
  type DataType,
  type OnnxNode,
  type OnnxTensor,
} from '../types.js';

/** A float32 tensor; its values are float64 where they were computed here and not rounded yet. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** Reads the bytes of a tensor whose values stand in a file of their own. */
export type ReadExternal = (tensor: OnnxTensor) => Uint8Array;

/** The values of a float32 tensor; undefined for every other type. The result may be a view. */
export function floatsOf(tensor: OnnxTensor, readExternal: ReadExternal): FloatTensor | undefined {
  if (tensor.dataType !== DATA_TYPE.float32) return undefined;
  const bytes = bytesOf(tensor, readExternal);
  const values = bytes ? float32View(bytes) : Float32Array.from(tensor.floatData ?? []);
  return values.length === sizeOf(tensor.dims) ? { dims: tensor.dims, values } : undefined;
}

/** The values of an int64 or int32 tensor; undefined for every other type. */
export function integersOf(tensor: OnnxTensor, readExternal: ReadExternal): number[] | undefined {
  const wide = tensor.dataType === DATA_TYPE.int64;
  if (!wide && tensor.dataType !== DATA_TYPE.int32) return undefined;
  const bytes = bytesOf(tensor, readExternal);
  if (!bytes) return (wide ? tensor.int64Data : tensor.int32Data)?.map(Number);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / (wide ? 8 : 4) }, (_, i) =>
    wide ? Number(view.getBigInt64(8 * i, true)) : view.getInt32(4 * i, true),
  );
}

/** Number of elements; 1 for a tensor without dimensions. */
export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

/** The little-endian bytes, where the values are stored as such. */
function bytesOf(tensor: OnnxTensor, readExternal: ReadExternal): Uint8Array | undefined {
  if (tensor.dataLocation === DATA_LOCATION.external) return readExternal(tensor);
  return tensor.rawData?.length ? tensor.rawData : undefined;
}

function float32View(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(bytes.length / 4));
}

/** A float32 tensor of the given values, rounded to nearest. */
export function floatTensor(name: string, { dims, values }: FloatTensor): OnnxTensor {
  const { buffer, byteOffset, byteLength } = new Float32Array(values);
  const rawData = new Uint8Array(buffer, byteOffset, byteLength);
  return { name, dims: [...dims], dataType: DATA_TYPE.float32, rawData };
}

/** What a Constant node holds, as an initialiser of the name of its output; undefined for texts and sparse tensors. */
export function constantTensor({ output, attribute }: OnnxNode): OnnxTensor | undefined {
  const [name] = output;
  const [value] = attribute ?? [];
  if (name === undefined || value === undefined || attribute?.length !== 1) return undefined;
  const { t, f, i, floats, ints } = value;
  if (value.type === ATTRIBUTE_TYPE.tensor) return t && { ...t, name };
  if (value.type === ATTRIBUTE_TYPE.float)
    return numbers(name, DATA_TYPE.float32, [], { floatData: [f ?? 0] });
  if (value.type === ATTRIBUTE_TYPE.int) return numbers(name, DATA_TYPE.int64, [], { int64Data: [i ?? 0] });
  if (value.type === ATTRIBUTE_TYPE.floats && floats)
    return numbers(name, DATA_TYPE.float32, [floats.length], { floatData: floats });
  if (value.type === ATTRIBUTE_TYPE.ints && ints)
    return numbers(name, DATA_TYPE.int64, [ints.length], { int64Data: ints });
  return undefined;
}

const numbers = (
  name: string,
  dataType: DataType,
  dims: number[],
  values: Partial<OnnxTensor>,
): OnnxTensor => ({
  name,
  dims,
  dataType,
  ...values,
});

/** `length` numbers, each computed from its place. */
export function float64s(length: number, value: (i: number) => number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = value(i);
  return values;
}
