import type { OnnxGraph, OnnxNode } from '../types.js';
import { intOf, isOnnxDomain } from './attributes.js';
import type { FloatTensor } from './tensors.js';

/** What is known of a value: how many dimensions it has, and the size of dimension 1. */
export interface Shape {
  readonly rank: number;
  readonly channels: number | undefined;
}

/** What a shape is worked out from. */
interface Values {
  readonly inputs: OnnxGraph['input'];
  floats(value: string): FloatTensor | undefined;
  producer(value: string): OnnxNode | undefined;
  shape(value: string): Shape | undefined;
}

/** Operators whose output has the rank and the channels of their first input. */
const LIKE_THE_INPUT = new Set([
  'AveragePool', 'BatchNormalization', 'Cast', 'Clip', 'Dropout', 'Elu', 'Erf', 'Exp', 'Floor', 'GlobalAveragePool',
  'GlobalMaxPool', 'HardSigmoid', 'HardSwish', 'Identity', 'InstanceNormalization', 'LeakyRelu', 'LpPool', 'MaxPool', 'Neg',
  'Relu', 'Sigmoid', 'Softmax', 'Softplus', 'Sqrt', 'Tanh',
]); // prettier-ignore
const BROADCAST = new Set(['Add', 'Div', 'Max', 'Min', 'Mul', 'Sub', 'Sum']);

/** Works a shape out from the node that gives the value. Declared shapes count for inputs only: exporters get others wrong. */
export function inferShape(graph: Values, value: string): Shape | undefined {
  const dims = graph.floats(value)?.dims ?? inputDims(graph, value);
  if (dims) return { rank: dims.length, channels: dims[1] === -1 ? undefined : dims[1] };
  const node = graph.producer(value);
  if (!node || !isOnnxDomain(node.domain) || node.output[0] !== value) return undefined;
  if (LIKE_THE_INPUT.has(node.opType)) return graph.shape(node.input[0] ?? '');
  if (BROADCAST.has(node.opType)) return broadcast(graph, node.input);
  if (node.opType === 'Concat') return concatenated(graph, node);
  if (node.opType === 'Conv' || node.opType === 'ConvTranspose') return convolved(graph, node);
  return undefined;
}

function inputDims(graph: Values, value: string): number[] | undefined {
  const declared = graph.inputs.find(({ name }) => name === value)?.type?.tensorType?.shape;
  return declared?.dim.map(({ dimValue = -1 }) => (dimValue > 0 ? dimValue : -1));
}

function convolved(graph: Values, node: OnnxNode): Shape | undefined {
  const dims = graph.floats(node.input[1] ?? '')?.dims;
  if (!dims) return undefined;
  const channels = node.opType === 'Conv' ? dims[0] : (dims[1] ?? 0) * intOf(node, 'group', 1);
  return { rank: dims.length, channels };
}

function concatenated(graph: Values, node: OnnxNode): Shape | undefined {
  const shapes = node.input.map((name) => graph.shape(name));
  const [first] = shapes;
  if (!first) return undefined;
  const isOfChannels = intOf(node, 'axis', 1) === 1;
  const channels = shapes.reduce<number | undefined>((sum, shape) => {
    return sum === undefined || shape?.channels === undefined ? undefined : sum + shape.channels;
  }, 0);
  return { rank: first.rank, channels: isOfChannels ? channels : undefined };
}

function broadcast(graph: Values, inputs: readonly string[]): Shape | undefined {
  const shapes = inputs.map((name) => graph.shape(name));
  if (!shapes.every((shape) => shape !== undefined)) return undefined;
  const rank = Math.max(...shapes.map((shape) => shape.rank));
  const sizes = shapes.map((shape, i) => {
    if (shape.rank === rank) return shape.channels;
    const axis = shape.rank - rank + 1;
    return axis < 0 ? 1 : graph.floats(inputs[i]!)?.dims[axis];
  });
  // A size above 1 is the result's, whatever the others are.
  const channels =
    sizes.find((size) => size !== undefined && size > 1) ?? (sizes.includes(undefined) ? undefined : 1);
  return { rank, channels };
}
