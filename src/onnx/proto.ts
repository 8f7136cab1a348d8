import protobuf from 'protobufjs/light.js';
import { ONNX_SCHEMA } from './schema.js';
import type { Int64, OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from './types.js';

export * from './types.js';

const modelType = protobuf.Root.fromJSON(ONNX_SCHEMA).lookupType('ModelProto');

/** A decoded message that keeps 64-bit integers exact; for changing some fields of a model and writing the rest as it was. */
export type ModelMessage = protobuf.Message & {
  graph: OnnxGraph | null;
  functions: OnnxModel['functions'];
};

/** Decodes without copying: `rawData` and the other bytes are views into `bytes`. @throws RangeError or Error on what is no protobuf */
export function decodeMessage(bytes: Uint8Array): ModelMessage {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return modelType.decode(view) as unknown as ModelMessage;
}

/** The bytes of a message that `decodeMessage` gave. */
export function encodeMessage(message: ModelMessage): Uint8Array {
  return modelType.encode(message).finish();
}

/**
 * An ONNX model as plain objects; bytes are views into `bytes`, lists that are absent are empty, integers beyond 2^53 are
 * rounded to the next number. External data is not read.
 * @throws RangeError or Error on what is no protobuf
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const plain = modelType.toObject(decodeMessage(bytes), {
    longs: Number,
    arrays: true,
  });
  return plain as OnnxModel;
}

/** The bytes of an ONNX file. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const exact = {
    ...model,
    graph: exactGraph(model.graph),
    ...(model.functions && {
      functions: model.functions.map((f) => ({ ...f, node: f.node.map(exactNode) })),
    }),
  };
  return modelType.encode(exact).finish();
}

const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** protobufjs takes numbers, or decimal strings where a number is not exact. 2^63 as a number means the largest int64. */
function exact(value: Int64, largest = INT64_MAX): number | string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  const wide = BigInt(value);
  return (wide > largest ? largest : wide).toString();
}

function exactGraph(graph: OnnxGraph): unknown {
  return {
    ...graph,
    node: graph.node.map(exactNode),
    ...(graph.initializer && { initializer: graph.initializer.map(exactTensor) }),
  };
}

function exactNode(node: OnnxNode): unknown {
  return node.attribute ? { ...node, attribute: node.attribute.map(exactAttribute) } : node;
}

function exactAttribute(attribute: OnnxAttribute): unknown {
  return {
    ...attribute,
    ...(attribute.i !== undefined && { i: exact(attribute.i) }),
    ...(attribute.ints && { ints: attribute.ints.map((value) => exact(value)) }),
    ...(attribute.t && { t: exactTensor(attribute.t) }),
    ...(attribute.tensors && { tensors: attribute.tensors.map(exactTensor) }),
    ...(attribute.g && { g: exactGraph(attribute.g) }),
    ...(attribute.graphs && { graphs: attribute.graphs.map(exactGraph) }),
  };
}

function exactTensor(tensor: OnnxTensor): unknown {
  if (!tensor.int64Data?.length && !tensor.uint64Data?.length) return tensor;
  return {
    ...tensor,
    int64Data: tensor.int64Data?.map((value) => exact(value)),
    uint64Data: tensor.uint64Data?.map((value) => exact(value, UINT64_MAX)),
  };
}
