/** Element types and their typed arrays. float16 is stored as bits, bool as 0 and 1. */
export interface TensorData {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}
export type TensorType = keyof TensorData;

/** A dense row-major tensor. */
export type Tensor<T extends TensorType = TensorType> = {
  [K in T]: { readonly type: K; readonly dims: readonly number[]; readonly data: TensorData[K] };
}[T];

/** An input or output of a network. A free dimension is -1. */
export interface ValueInfo {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
}
