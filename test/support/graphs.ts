import * as ort from 'onnxruntime-node';
import { Graph } from '#src/onnx/graph/index.js';
import {
  ATTRIBUTE_TYPE,
  DATA_TYPE,
  encodeModel,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from '#src/onnx/proto.js';
import { simplify, type RuleName } from '#src/onnx/simplify/index.js';
import { noise } from '../support/networks.js';

type AttributeValue = number | number[] | string | { float: number };

/** [operator, inputs, outputs, attributes]; names by spaces, `_` for an input that is left out. */
export type NodeRow = [
  opType: string,
  input: string,
  output: string,
  attributes?: Record<string, AttributeValue>,
];

export interface GraphRows {
  /** Shapes; -1 is free. */
  inputs?: Record<string, number[]>;
  nodes: NodeRow[];
  constants?: Record<string, OnnxTensor>;
  outputs?: string[];
  opset?: number;
  /** Of all inputs and outputs. */
  type?: keyof typeof DATA_TYPE;
  extra?: OnnxNode[];
}

const names = (text: string): string[] => text.split(' ').map((name) => (name === '_' ? '' : name));

function attributeOf(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPE.string, s: Buffer.from(value) };
  if (Array.isArray(value)) return { name, type: ATTRIBUTE_TYPE.ints, ints: value };
  return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
}

export const nodeOf = ([opType, input, output, attributes = {}]: NodeRow): OnnxNode => ({
  opType,
  name: names(output)[0]!,
  input: names(input),
  output: names(output),
  attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
});

/** A float32 constant: the values given, one for all places, or numbers in [-1, 1) where none are. */
export function constant(dims: number[], values?: number | readonly number[], seed = 1): OnnxTensor {
  const length = dims.reduce((product, size) => product * size, 1);
  const data =
    values === undefined
      ? noise(length, seed)
      : Float32Array.from({ length }, (_, i) => (typeof values === 'number' ? values : values[i]!));
  return { dims, dataType: DATA_TYPE.float32, rawData: new Uint8Array(data.buffer) };
}

/** The same numbers as another float type, whose bits are given by `convert`. */
export const doubles = (dims: number[], values: readonly number[]): OnnxTensor => ({
  dims,
  dataType: DATA_TYPE.float64,
  rawData: new Uint8Array(Float64Array.from(values).buffer),
});

/** A model of a small graph. Inputs are `x` of 1 x 4 x 6 x 6 and the output is `y` unless others are given. */
export function modelOf(rows: GraphRows): OnnxModel {
  const { inputs = { x: [1, 4, 6, 6] }, nodes, constants = {}, outputs = ['y'], opset = 13 } = rows;
  const elemType = DATA_TYPE[rows.type ?? 'float32'];
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: [{ key: 'made-by', value: 'a test' }],
    graph: {
      name: 'small',
      node: [...nodes.map(nodeOf), ...(rows.extra ?? [])],
      initializer: Object.entries(constants).map(([name, tensor]) => ({ ...tensor, name })),
      input: Object.entries(inputs).map(([name, dims]) => ({
        name,
        type: {
          tensorType: { elemType, shape: { dim: dims.map((size) => (size > 0 ? { dimValue: size } : {})) } },
        },
      })),
      output: outputs.map((name) => ({ name, type: { tensorType: { elemType } } })),
    },
  };
}

/** The statistics of a BatchNormalization `name` over channels, and the inputs that name them. */
export function normalisation(
  name: string,
  channels: number,
): { input: string; constants: Record<string, OnnxTensor> } {
  const of = (low: number, seed: number): OnnxTensor =>
    constant(
      [channels],
      Array.from(noise(channels, seed), (value) => low + value),
    );
  return {
    input: `${name}s ${name}b ${name}m ${name}v`,
    constants: {
      [`${name}s`]: of(0.5, 11),
      [`${name}b`]: of(0, 12),
      [`${name}m`]: of(0, 13),
      [`${name}v`]: of(1.5, 14),
    },
  };
}

/** What simplifying makes of a model. */
export function simplified(
  model: OnnxModel,
  rules?: RuleName[],
): { model: OnnxModel; applied: Partial<Record<RuleName, number>>; operators: string[] } {
  const graph = new Graph(model);
  const applied = simplify(graph, rules);
  const result = graph.toModel();
  return { model: result, applied, operators: result.graph.node.map(({ opType }) => opType) };
}

/** The values of a model's constants, in its order. */
export const constantsOf = ({ graph }: OnnxModel): number[][] =>
  (graph.initializer ?? []).map(({ rawData }) => [...new Float32Array(Uint8Array.from(rawData!).buffer)]);

/** What onnxruntime, without its own rewriting, computes of inputs in [-1, 1) times `range`. */
export async function outputsOf(model: OnnxModel, range = 1): Promise<Record<string, ort.Tensor>> {
  const session = await ort.InferenceSession.create(encodeModel(model), {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const feeds: Record<string, ort.Tensor> = {};
  for (const input of session.inputMetadata) {
    if (!input.isTensor) continue;
    const dims = input.shape.map((size) => (typeof size === 'number' && size > 0 ? size : 2));
    const data = noise(dims.reduce((product, size) => product * size, 1)).map((value) => value * range);
    feeds[input.name] = new ort.Tensor('float32', data, dims);
  }
  const outputs = await session.run(feeds);
  await session.release();
  return outputs;
}

/**
 * Simplifies a model and holds its outputs against those of the untouched one.
 * @returns the operators that are left and how often each rule was applied
 */
export async function checked(
  rows: GraphRows,
  rules?: RuleName[],
): Promise<{ operators: string[]; applied: Partial<Record<RuleName, number>>; model: OnnxModel }> {
  const model = modelOf(rows);
  const result = simplified(model, rules);
  const [wanted, found] = [await outputsOf(model, 4), await outputsOf(result.model, 4)];
  for (const [name, tensor] of Object.entries(wanted)) {
    expect(found[name]!.dims).toEqual(tensor.dims);
    const [a, b] = [tensor.data as Float32Array, found[name]!.data as Float32Array];
    const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    a.forEach((value, i) => {
      if (!Object.is(b[i], value)) expect(Math.abs(b[i]! - value)).toBeLessThanOrEqual(2e-6 * largest);
    });
  }
  return result;
}
