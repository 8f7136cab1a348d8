import type { TensorType } from '../contracts/tensor.js';
import { encodeModel } from '../onnx/proto.js';
import { ATTRIBUTE_TYPE, DATA_LOCATION, DATA_TYPE } from '../onnx/types.js';
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from '../onnx/types.js';
import type { ConvertedGraph } from './convert-program.js';
import { FloatAttribute } from './graph/nodes.js';
import type { GraphNode, NodeAttribute, Subgraph } from './graph/nodes.js';
import type { GraphValue } from './graph/values.js';

/** Weights of a model that is too large for one protobuf message. */
export interface ExternalData {
  /** The file's name that the model refers to: it must lie beside the `.onnx` under this name. */
  readonly location: string;
  readonly data: Uint8Array;
}

/** Where weights go that do not fit into the `.onnx` file. */
export interface ExternalDataOptions {
  /** Name of their file, by which the `.onnx` refers to it; two models in one folder need two. */
  location?: string;
  /** Bytes of weights that the `.onnx` file holds at most. */
  largest?: number;
}

const DEFAULT_LOCATION = 'model.onnx.data';
/** Protobuf messages end at 2 GiB; the rest of the model gets a margin. */
const LARGEST_MODEL = 1.9 * 2 ** 30;
const EXTERNAL_FROM = 1024;
/** Mapped weights may be used in place: each starts where any vector instruction can read it. */
const ALIGNMENT = 64;
/** opset 18 came with IR 8; older runtimes refuse newer ones. */
const irVersionOf = (opset: number): number => (opset < 19 ? 8 : 9);

/** The bytes of an ONNX file, and of its weights where they do not fit in. Nodes that no output needs are left out. */
export function writeModel(
  { graph, inputs, outputs }: ConvertedGraph,
  { location = DEFAULT_LOCATION, largest = LARGEST_MODEL }: ExternalDataOptions = {},
): { onnx: Uint8Array; externalData?: ExternalData } {
  const nodes = needed(graph.nodes, outputs);
  const constants = usedConstants(nodes, outputs);
  const total = constants.reduce((sum, { constant }) => sum + constant.bytes.length, 0);
  const external =
    total > largest
      ? new ExternalWriter(
          location,
          constants.map(({ constant }) => constant.bytes),
        )
      : undefined;
  const model: OnnxModel = {
    irVersion: irVersionOf(graph.opset),
    producerName: 'fdeploy',
    opsetImport: [{ domain: '', version: graph.opset }],
    graph: {
      name: 'paddle',
      node: nodes.map(writeNode),
      initializer: constants.map(({ name, constant }) => ({
        name,
        dims: [...constant.dims],
        dataType: DATA_TYPE[constant.type],
        ...(external?.place(constant.bytes) ?? { rawData: constant.bytes }),
      })),
      input: inputs.map(writeValue),
      output: outputs.map(writeValue),
    },
  };
  const onnx = encodeModel(model);
  return external ? { onnx, externalData: { location, data: external.data } } : { onnx };
}

class ExternalWriter {
  readonly data: Uint8Array;
  readonly #location: string;
  #end = 0;

  constructor(location: string, all: readonly Uint8Array[]) {
    this.#location = location;
    const size = all.filter(isExternal).reduce((sum, bytes) => sum + alignedSize(bytes), 0);
    this.data = new Uint8Array(size);
  }

  place(bytes: Uint8Array): Pick<OnnxTensor, 'externalData' | 'dataLocation'> | undefined {
    if (!isExternal(bytes)) return undefined;
    const offset = this.#end;
    this.data.set(bytes, offset);
    this.#end += alignedSize(bytes);
    return {
      dataLocation: DATA_LOCATION.external,
      externalData: [
        { key: 'location', value: this.#location },
        { key: 'offset', value: `${offset}` },
        { key: 'length', value: `${bytes.length}` },
      ],
    };
  }
}

const isExternal = (bytes: Uint8Array): boolean => bytes.length >= EXTERNAL_FROM;
const alignedSize = (bytes: Uint8Array): number => Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT;

/** The nodes that the outputs depend on, in their order; those inside of bodies likewise. */
function needed(nodes: readonly GraphNode[], outputs: readonly GraphValue[]): GraphNode[] {
  const wanted = new Set<GraphValue>(outputs);
  const kept: GraphNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    const attributes: Record<string, NodeAttribute> = {};
    for (const [name, attribute] of Object.entries(node.attributes)) {
      const body = isSubgraph(attribute) ? trimmed(attribute) : undefined;
      attributes[name] = body ?? attribute;
      if (body) for (const value of readBy(body.nodes, body.outputs)) wanted.add(value);
    }
    for (const input of node.inputs) if (input) wanted.add(input);
    kept.push({ ...node, attributes });
  }
  return kept.reverse();
}

const trimmed = (body: Subgraph): Subgraph => ({ ...body, nodes: needed(body.nodes, body.outputs) });

function isSubgraph(attribute: NodeAttribute): attribute is Subgraph {
  return typeof attribute === 'object' && 'nodes' in attribute;
}

/** Every value that nodes, their bodies and outputs read. */
function readBy(nodes: readonly GraphNode[], outputs: readonly GraphValue[]): Set<GraphValue> {
  const read = new Set<GraphValue>(outputs);
  for (const node of nodes) {
    for (const input of node.inputs) if (input) read.add(input);
    for (const attribute of Object.values(node.attributes))
      if (isSubgraph(attribute))
        for (const value of readBy(attribute.nodes, attribute.outputs)) read.add(value);
  }
  return read;
}

function usedConstants(nodes: readonly GraphNode[], outputs: readonly GraphValue[]) {
  return [...readBy(nodes, outputs)].flatMap(({ name, constant }) => (constant ? [{ name, constant }] : []));
}

const utf8 = (text: string): Uint8Array => Buffer.from(text);

function writeNode(node: GraphNode): OnnxNode {
  return {
    opType: node.opType,
    name: node.outputs[0]?.name ?? node.opType,
    input: node.inputs.map((input) => input?.name ?? ''),
    output: node.outputs.map((output) => output.name),
    attribute: Object.entries(node.attributes).map(([name, value]) => writeAttribute(name, value)),
  };
}

const isTexts = (value: readonly number[] | readonly string[]): value is readonly string[] =>
  typeof value[0] === 'string';

function writeAttribute(name: string, value: NodeAttribute): OnnxAttribute {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPE.string, s: utf8(value) };
  if (value instanceof FloatAttribute) return { name, type: ATTRIBUTE_TYPE.float, f: value.value };
  if (isSubgraph(value)) return { name, type: ATTRIBUTE_TYPE.graph, g: writeBody(name, value) };
  if (isTexts(value)) return { name, type: ATTRIBUTE_TYPE.strings, strings: value.map(utf8) };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value] };
}

function writeBody(name: string, body: Subgraph): OnnxGraph {
  return {
    name,
    node: body.nodes.map(writeNode),
    input: body.inputs.map(writeBodyValue),
    output: body.outputs.map(writeBodyValue),
  };
}

const elementType = (type: TensorType) => DATA_TYPE[type];

/** Free dimensions have no name: the program does not say which of them agree. */
function writeValue(value: GraphValue): OnnxValueInfo {
  const shape = value.dims && { dim: value.dims.map((dim) => (dim >= 0 ? { dimValue: dim } : {})) };
  return {
    name: value.name,
    type: { tensorType: { elemType: elementType(value.type), ...(shape && { shape }) } },
  };
}

/** Shapes inside of loops may change from round to round: only that a value is a single number is written. */
function writeBodyValue({ name, type, dims, sequence }: GraphValue): OnnxValueInfo {
  const single = dims?.length === 0 && !sequence;
  const tensor = { tensorType: { elemType: elementType(type), ...(single && { shape: { dim: [] } }) } };
  return { name, type: sequence ? { sequenceType: { elemType: tensor } } : tensor };
}
