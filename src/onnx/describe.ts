import { FdeployError } from '../contracts/errors.js';
import type { TensorType, ValueInfo } from '../contracts/tensor.js';
import { collectLocations } from './external-data.js';
import { ProtobufFile, WireError, type WireField } from './file-reader.js';
import { decodeModel, DATA_TYPE, type OnnxModel, type OnnxValueInfo } from './proto.js';

/** What an ONNX file says of its network, weights and nodes left out. */
export interface OnnxDescription {
  irVersion: number;
  producer: string;
  /** Operator set versions by domain; '' is ONNX's own. */
  opsets: Record<string, number>;
  /** Without the initialisers, which old exporters list among the inputs. */
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  metadata: Record<string, string>;
  /** Files that hold tensors, as the model names them: relative to its folder, and not checked (see `externalFiles`). */
  externalFiles: string[];
}

const LFS_START = 'version https://git-lfs.github.com/spec/v1';
const MODEL = { graph: 7, functions: 25 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, sparseInitializer: 15 };
const TENSOR = { name: 8, externalData: 13 };

const TYPE_NAMES: Partial<Record<number, TensorType>> = Object.fromEntries(
  (
    [
      'float32',
      'float64',
      'float16',
      'int8',
      'uint8',
      'int16',
      'uint16',
      'int32',
      'uint32',
      'int64',
      'bool',
    ] as const
  ).map((name) => [DATA_TYPE[name], name]),
);

/**
 * Reads an ONNX file's inputs, outputs and metadata without reading its weights.
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID (empty, truncated, no ONNX) or MODEL_UNSUPPORTED (an element type)
 */
export function describeOnnx(file: string): OnnxDescription {
  const reader = new ProtobufFile(file);
  try {
    rejectStandIns(reader, file);
    return describe(reader, file);
  } catch (error) {
    if (error instanceof FdeployError) throw error;
    const truncated = error instanceof WireError && error.truncated;
    throw new FdeployError(
      'MODEL_INVALID',
      truncated
        ? `${file} is truncated: it ends in the middle of the model (${reader.size} bytes)`
        : `${file} is not an ONNX model`,
      { file, cause: error },
    );
  } finally {
    reader.close();
  }
}

function rejectStandIns(reader: ProtobufFile, file: string): void {
  if (reader.size === 0) throw new FdeployError('MODEL_INVALID', `${file} is empty`, { file });
  const start = reader.bytes(0, Math.min(reader.size, LFS_START.length)).toString('latin1');
  if (start === LFS_START) {
    throw new FdeployError(
      'LFS_POINTER',
      `${file} is a Git LFS pointer, not the model: fetch it with \`git lfs pull\``,
      { file },
    );
  }
}

function describe(reader: ProtobufFile, file: string): OnnxDescription {
  const kept: Buffer[] = [];
  const names = new Set<string>();
  const externalFiles = new Set<string>();
  let graphs = 0;
  for (const field of reader.fields()) {
    if (field.id === MODEL.graph) {
      graphs++;
      kept.push(withTag(MODEL.graph, reduceGraph(reader, field, names, externalFiles)));
    } else if (field.id === MODEL.functions) {
      collectLocations(reader, 'function', field, externalFiles);
    } else {
      kept.push(reader.bytes(field.tagStart, field.end));
    }
  }
  if (graphs === 0) throw new WireError(false);
  const model = decodeModel(Buffer.concat(kept));
  return {
    irVersion: model.irVersion,
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    opsets: Object.fromEntries(model.opsetImport.map((set) => [set.domain ?? '', set.version])),
    inputs: model.graph.input.filter((value) => !names.has(value.name)).map((v) => describeValue(v, file)),
    outputs: model.graph.output.map((value) => describeValue(value, file)),
    metadata: metadataOf(model),
    externalFiles: [...externalFiles],
  };
}

function metadataOf(model: OnnxModel): Record<string, string> {
  return Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key, value]));
}

/** The graph's name, inputs and outputs as bytes; the initialisers' names and all tensors' files go into the sets. */
function reduceGraph(reader: ProtobufFile, graph: WireField, names: Set<string>, files: Set<string>): Buffer {
  const kept: Buffer[] = [];
  for (const field of reader.fields(graph.start, graph.end)) {
    if (field.id === GRAPH.initializer) {
      for (const part of reader.fields(field.start, field.end)) {
        if (part.id === TENSOR.name) names.add(reader.bytes(part.start, part.end).toString());
        if (part.id === TENSOR.externalData) collectLocations(reader, 'entry', part, files);
      }
    } else if (field.id === GRAPH.node) {
      collectLocations(reader, 'node', field, files);
    } else if (field.id === GRAPH.sparseInitializer) {
      collectLocations(reader, 'sparse', field, files);
    } else if (field.id === GRAPH.name || field.id === GRAPH.input || field.id === GRAPH.output) {
      kept.push(reader.bytes(field.tagStart, field.end));
    }
  }
  return Buffer.concat(kept);
}

/** A length-delimited field: its tag, its length, its value. */
function withTag(id: number, value: Buffer): Buffer {
  const head = [id * 8 + 2];
  let length = value.length;
  for (; length > 127; length = Math.floor(length / 128)) head.push((length % 128) + 128);
  head.push(length);
  return Buffer.concat([Buffer.from(head), value]);
}

function describeValue(value: OnnxValueInfo, file: string): ValueInfo {
  const tensor = value.type?.tensorType;
  const type = tensor && TYPE_NAMES[tensor.elemType];
  if (type === undefined) {
    throw new FdeployError(
      'MODEL_UNSUPPORTED',
      `${file}: "${value.name}" is no tensor of a supported element type`,
      { file, expected: Object.values(TYPE_NAMES).join(', '), found: elementType(value) },
    );
  }
  const dims = (tensor?.shape?.dim ?? []).map(({ dimValue = -1 }) => (dimValue > 0 ? dimValue : -1));
  return { name: value.name, type, dims };
}

function elementType(value: OnnxValueInfo): string {
  const code = value.type?.tensorType?.elemType;
  if (code === undefined) return 'no tensor';
  return Object.entries(DATA_TYPE).find(([, known]) => known === code)?.[0] ?? `type ${code}`;
}
