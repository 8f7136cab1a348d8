/** The ONNX messages that are read and written here, as plain objects. What is left out is not written. */

/** A 64-bit integer: a number where that is exact; bigint may be given to write one beyond 2^53. */
export type Int64 = number | bigint;

export interface OnnxModel {
  irVersion: number;
  producerName?: string;
  producerVersion?: string;
  domain?: string;
  modelVersion?: number;
  docString?: string;
  graph: OnnxGraph;
  opsetImport: OnnxOperatorSet[];
  metadataProps?: OnnxEntry[];
  functions?: OnnxFunction[];
}

export interface OnnxGraph {
  name: string;
  node: OnnxNode[];
  initializer?: OnnxTensor[];
  input: OnnxValueInfo[];
  output: OnnxValueInfo[];
  valueInfo?: OnnxValueInfo[];
  docString?: string;
  metadataProps?: OnnxEntry[];
}

export interface OnnxNode {
  opType: string;
  /** '' stands for an optional input that is left out. */
  input: string[];
  output: string[];
  name?: string;
  /** '' (or left out) is ONNX's own operator set. */
  domain?: string;
  attribute?: OnnxAttribute[];
  docString?: string;
}

/** `type` says which of the value fields counts. */
export interface OnnxAttribute {
  name: string;
  type: AttributeType;
  f?: number;
  i?: Int64;
  s?: Uint8Array;
  t?: OnnxTensor;
  g?: OnnxGraph;
  tp?: OnnxType;
  floats?: number[];
  ints?: Int64[];
  strings?: Uint8Array[];
  tensors?: OnnxTensor[];
  graphs?: OnnxGraph[];
  refAttrName?: string;
}

export type AttributeType = (typeof ATTRIBUTE_TYPE)[keyof typeof ATTRIBUTE_TYPE];
export const ATTRIBUTE_TYPE = {
  undefined: 0,
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  sparseTensor: 11,
  sparseTensors: 12,
  typeProto: 13,
  typeProtos: 14,
} as const;

/** Values stand in `rawData` (little endian), in one of the `...Data` lists, or in a file (`externalData`). */
export interface OnnxTensor {
  name?: string;
  dims: number[];
  dataType: DataType;
  rawData?: Uint8Array;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: Int64[];
  doubleData?: number[];
  uint64Data?: Int64[];
  stringData?: Uint8Array[];
  /** Keys: location, offset, length, and onnxruntime's prepacked_N. */
  externalData?: OnnxEntry[];
  dataLocation?: DataLocation;
  docString?: string;
}

export type DataLocation = (typeof DATA_LOCATION)[keyof typeof DATA_LOCATION];
export const DATA_LOCATION = { default: 0, external: 1 } as const;

export type DataType = (typeof DATA_TYPE)[keyof typeof DATA_TYPE];
export const DATA_TYPE = {
  undefined: 0,
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
} as const;

export interface OnnxValueInfo {
  name: string;
  type?: OnnxType;
  docString?: string;
}

/** One of its fields is set. */
export interface OnnxType {
  tensorType?: { elemType: DataType; shape?: OnnxShape };
  sequenceType?: { elemType: OnnxType };
  optionalType?: { elemType: OnnxType };
  denotation?: string;
}

export interface OnnxShape {
  /** Neither field set: nothing is known of the dimension. */
  dim: { dimValue?: number; dimParam?: string }[];
}

export interface OnnxOperatorSet {
  /** '' is ONNX's own. */
  domain?: string;
  version: number;
}

export interface OnnxEntry {
  key: string;
  value: string;
}

export interface OnnxFunction {
  name: string;
  domain?: string;
  input: string[];
  output: string[];
  attribute?: string[];
  attributeProto?: OnnxAttribute[];
  node: OnnxNode[];
  opsetImport: OnnxOperatorSet[];
}
