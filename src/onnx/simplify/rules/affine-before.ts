import { isOperator, sizeOf, type Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';
import { affineChain, type AffineChain } from '../affine.js';
import { convolutionOf, scaledBehind, withValues, type Convolution } from '../convolution.js';

/**
 * Scale and shift behind a convolution go into it: Conv and ConvTranspose; BatchNormalization counts as scale and shift.
 *
 * Condition: nothing else reads the convolution's output, and its weights are constants.
 *
 * Proof: an output channel o of either is `sum(w x) + b` over the weights w of that channel, so
 * `s (sum(w x) + b) + t = sum((s w) x) + (s b + t)`. Padding adds terms with x = 0, which stay 0.
 */
export const affineBefore = (graph: Graph, node: OnnxNode): boolean =>
  fold(graph, node, (convolution, chain) => !isTaken(graph, convolution, chain));

/**
 * The same where onnxruntime would do it by itself, in float32: for the rules that look at what lies behind a convolution. It
 * gains nothing alone.
 */
export const normalisationBefore = (graph: Graph, node: OnnxNode): boolean =>
  fold(graph, node, (convolution, chain) => isTaken(graph, convolution, chain));

function fold(
  graph: Graph,
  node: OnnxNode,
  isWanted: (convolution: Convolution, chain: AffineChain) => boolean,
): boolean {
  const convolution = convolutionOf(graph, node);
  const output = node.output[0] ?? '';
  const next = graph.onlyConsumer(output);
  if (!convolution || !next) return false;
  const shape = { rank: convolution.weights.dims.length, channels: convolution.outputs };
  const chain = affineChain(graph, next, output, shape);
  if (!chain || !isWanted(convolution, chain)) return false;
  const values = scaledBehind(convolution, chain.affine);
  const replacement = withValues(graph, convolution, values, { output: [chain.output] });
  if (!replacement) return false;
  graph.replace([node, ...chain.nodes], [replacement]);
  return true;
}

/** BatchNormalization, a product with one number or one a channel, a sum with one a channel; constants on the right. */
function isTaken(graph: Graph, { transposed }: Convolution, { nodes }: AffineChain): boolean {
  if (transposed) return false;
  return nodes.every((node) => {
    if (isOperator(node, 'BatchNormalization')) return true;
    const dims = graph.floats(node.input[1] ?? '')?.dims;
    if (!dims || !isOperator(node, 'Add', 'Mul')) return false;
    return sizeOf(dims) > 1 || (dims.length === 0 && node.opType === 'Mul');
  });
}
