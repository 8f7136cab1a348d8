import { floatOf, intOf, isOperator, type FloatTensor, type Graph } from '../graph/index.js';
import type { OnnxNode } from '../types.js';

/** An operator whose kernel computes in int8. */
export interface Layer {
  readonly node: OnnxNode;
  /** Name of the node's output; identifies the layer in a table. */
  readonly name: string;
  /** An activation that the range of the output replaces. */
  readonly activation: OnnxNode | undefined;
  /** The tensor that the layer gives: the activation's output, if there is one. */
  readonly output: string;
  /** Inputs that are computed. */
  readonly inputs: readonly string[];
  /** Of a convolution or matrix product with constant weights. */
  readonly weights: Weights | undefined;
  /** Whether the output is stored in uint8. Otherwise the kernel gives float32. */
  readonly storesOutput: boolean;
  /** Whether the output has the parameters of the input. */
  readonly keepsParameters: boolean;
}

export interface Weights {
  readonly tensor: FloatTensor;
  readonly bias: FloatTensor | undefined;
  /** The dimension of the output channels. */
  readonly axis: number;
  readonly channels: number;
  readonly groups: number;
}

/** Operators on stored values that onnxruntime computes in uint8, or that only move values. */
const FOLLOWERS: Readonly<Record<string, { keepsParameters: boolean }>> = {
  Add: { keepsParameters: false },
  Concat: { keepsParameters: false },
  AveragePool: { keepsParameters: false },
  GlobalAveragePool: { keepsParameters: false },
  MaxPool: { keepsParameters: true },
};

/** The first version of ONNX's operator set in which MaxPool takes uint8. */
const FIRST_MAXPOOL_OF_UINT8 = 12;

/** The layers of a network that can run in int8, in the order of the nodes. */
export function layersOf(graph: Graph): Layer[] {
  return graph.nodes.flatMap((node) => layerOf(graph, node) ?? []);
}

function layerOf(graph: Graph, node: OnnxNode): Layer | undefined {
  const [name = ''] = node.output;
  const weights = weightsOf(graph, node);
  if (weights) {
    const storesOutput = node.opType === 'Conv';
    const activation = storesOutput ? activationBehind(graph, name) : undefined;
    if (storesOutput && graph.isPinned(name)) return undefined;
    const output = activation?.output[0] ?? name;
    return {
      node,
      name,
      activation,
      output,
      inputs: [node.input[0]!],
      weights,
      storesOutput,
      keepsParameters: false,
    };
  }
  const follower = isOperator(node, ...Object.keys(FOLLOWERS)) ? FOLLOWERS[node.opType] : undefined;
  if (node.opType === 'MaxPool' && graph.opset < FIRST_MAXPOOL_OF_UINT8) return undefined;
  if (!follower || node.output.length > 1 || graph.isPinned(name)) return undefined;
  if (node.input.some((input) => graph.isConstant(input) || input === '')) return undefined;
  const activation = node.opType === 'Add' ? activationBehind(graph, name) : undefined;
  return {
    node,
    name,
    activation,
    output: activation?.output[0] ?? name,
    inputs: node.input,
    weights: undefined,
    storesOutput: true,
    ...follower,
  };
}

function weightsOf(graph: Graph, node: OnnxNode): Weights | undefined {
  if (!isOperator(node, 'Conv', 'MatMul')) return undefined;
  const [x = '', weightsName = '', biasName = ''] = node.input;
  const tensor = graph.floats(weightsName);
  const bias = biasName === '' ? undefined : graph.floats(biasName);
  if (!tensor || graph.isConstant(x) || (biasName !== '' && !bias)) return undefined;
  const { dims } = tensor;
  const isConvolution = node.opType === 'Conv';
  if (isConvolution ? dims.length !== 4 : dims.length !== 2) return undefined;
  const axis = isConvolution ? 0 : 1;
  const channels = dims[axis]!;
  if (bias && bias.values.length !== channels) return undefined;
  return { tensor, bias, axis, channels, groups: isConvolution ? intOf(node, 'group', 1) : 1 };
}

/** A Relu, or a Clip from 0, that alone reads a value: a range from 0 does the same. */
function activationBehind(graph: Graph, value: string): OnnxNode | undefined {
  const next = graph.onlyConsumer(value);
  if (isOperator(next, 'Relu')) return graph.isPinned(next.output[0]!) ? undefined : next;
  if (!isOperator(next, 'Clip') || graph.isPinned(next.output[0]!)) return undefined;
  const low = floatOf(next, 'min') ?? graph.floats(next.input[1] ?? '')?.values[0];
  return low === 0 ? next : undefined;
}

/**
 * The layers that run in int8: those with weights that do not stay float, and those between them that would otherwise force
 * their inputs and outputs to float.
 * @param isFloat whether a layer stays float
 */
export function int8Layers(layers: readonly Layer[], isFloat: (name: string) => boolean): Layer[] {
  const stored = new Set<string>();
  const possible = layers.filter((layer) => {
    const fits = !isFloat(layer.name) && (layer.weights ?? layer.inputs.every((input) => stored.has(input)));
    if (fits && layer.storesOutput) stored.add(layer.output);
    return fits;
  });
  const read = new Set<string>();
  const kept = possible.toReversed().filter((layer) => {
    const isKept = layer.weights !== undefined || read.has(layer.output);
    if (isKept) for (const input of layer.inputs) read.add(input);
    return isKept;
  });
  return kept.toReversed();
}

/** The tensors that the layers store in uint8, without those that take over another's range. */
export function storedTensors(layers: readonly Layer[]): Set<string> {
  const taken = new Set(layers.filter(({ keepsParameters }) => keepsParameters).map(({ output }) => output));
  const all = layers.flatMap(({ inputs, output, storesOutput }) =>
    storesOutput ? [...inputs, output] : inputs,
  );
  return new Set(all.filter((name) => !taken.has(name)));
}
