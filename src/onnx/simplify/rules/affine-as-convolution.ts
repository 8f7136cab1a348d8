import { float64s, intAttribute, intsAttribute, isOperator, type Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';
import { affineChain, at } from '../affine.js';

/**
 * Scale and shift that no convolution can take, between operators that keep onnxruntime's blocked layout, become a depthwise
 * 1 x 1 convolution: as Mul and Add they would cost two reorderings and two passes.
 *
 * Condition: four dimensions, the channels are known, a convolution gives the input (with an activation between them or
 * not), and a convolution or a pooling reads the result, but no global average: in the blocked layout onnxruntime adds up
 * a map value by value in float32, which is the less exact the larger the map is.
 *
 * Proof: a depthwise 1 x 1 convolution with stride 1 and no padding computes `w_c x + b_c` at every place of channel c.
 */
export function affineAsConvolution(graph: Graph, node: OnnxNode): boolean {
  const input = node.input.find((name) => !graph.isConstant(name)) ?? '';
  const shape = graph.shape(input);
  if (shape?.rank !== 4 || shape.channels === undefined || !isBlocked(graph, input)) return false;
  const chain = affineChain(graph, node, input, shape);
  const readers = chain ? graph.consumers(chain.output) : [];
  if (!chain || !readers.some(takesBlocked) || readers.some(isGlobalAverage)) return false;
  const channels = shape.channels;
  const values = (from: Float64Array): Float64Array => float64s(channels, (channel) => at(from, channel));
  const weights = graph.addFloats(`${chain.output}/scale`, {
    dims: [channels, 1, 1, 1],
    values: values(chain.affine.scale),
  });
  const bias = graph.addFloats(`${chain.output}/shift`, {
    dims: [channels],
    values: values(chain.affine.shift),
  });
  graph.replace(chain.nodes, [
    {
      opType: 'Conv',
      name: chain.output,
      input: [input, weights, bias],
      output: [chain.output],
      attribute: [intsAttribute('kernel_shape', [1, 1]), intAttribute('group', channels)],
    },
  ]);
  return true;
}

const ACTIVATIONS = ['Clip', 'HardSigmoid', 'HardSwish', 'LeakyRelu', 'Relu', 'Sigmoid', 'Tanh'];

function takesBlocked(node: OnnxNode): boolean {
  return isOperator(node, 'Conv', 'AveragePool', 'MaxPool', 'GlobalMaxPool');
}

const isGlobalAverage = (node: OnnxNode): boolean => isOperator(node, 'GlobalAveragePool');

/** true if a convolution gives a value: itself, or with normalisation and an activation behind it, also a gated one. */
function isBlocked(graph: Graph, value: string): boolean {
  const node = graph.producer(value);
  if (isOperator(node, 'Conv')) return true;
  if (isOperator(node, 'BatchNormalization', ...ACTIVATIONS)) return isBlocked(graph, node.input[0]!);
  // Hard-swish and swish: the product of a value and its gate.
  return isOperator(node, 'Mul') && node.input.every((name) => isBlocked(graph, name)) && isGate(graph, node);
}

const isGate = (graph: Graph, product: OnnxNode): boolean =>
  product.input.some((name, i) => {
    const gate = graph.producer(name);
    return isOperator(gate, 'HardSigmoid', 'Sigmoid') && gate.input[0] === product.input[1 - i];
  });
