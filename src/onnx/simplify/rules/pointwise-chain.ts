import { intsOf, type Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';
import { convolutionOf, isPadded, withValues, type Convolution } from '../convolution.js';

/**
 * A 1 x 1 convolution in front of another convolution goes into it where that saves products.
 *
 * Condition: nothing else reads what is between them; neither has groups; the first has stride 1 and no padding, and no bias
 * where the second one pads, since it pads with 0 and not with the bias.
 *
 * Proof: over the channels m between them, `sum_m v_m (sum_c w_mc x_c + b_m) = sum_c (sum_m v_m w_mc) x_c + sum_m v_m b_m`, at
 * every place of the second one's kernel.
 */
export function pointwiseChain(graph: Graph, node: OnnxNode): boolean {
  const first = convolutionOf(graph, node);
  const second = convolutionOf(graph, graph.onlyConsumer(node.output[0] ?? ''));
  if (!first || !second || !isPointwise(first) || second.transposed || second.groups !== 1) return false;
  if (second.node.input[0] !== node.output[0] || second.kernel.length !== first.kernel.length) return false;
  if (first.bias && isPadded(second)) return false;
  const area = second.kernel.reduce((product, size) => product * size, 1);
  const [inputs, between, outputs] = [first.inputs, first.outputs, second.outputs];
  if (inputs * outputs * area >= inputs * between + between * outputs * area) return false;
  const merged = {
    ...second,
    weights: { dims: [outputs, inputs, ...second.kernel], values: new Float64Array(outputs * inputs * area) },
  };
  const bias = new Float64Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let sum = second.bias?.values[o] ?? 0;
    for (let m = 0; m < between; m++)
      for (let k = 0; k < area; k++) {
        const v = second.weights.values[(o * between + m) * area + k]!;
        sum += v * (first.bias?.values[m] ?? 0);
        for (let c = 0; c < inputs; c++)
          merged.weights.values[(o * inputs + c) * area + k]! += v * first.weights.values[m * inputs + c]!;
      }
    bias[o] = sum;
  }
  const replacement = withValues(graph, merged, { weights: merged.weights.values, bias });
  if (!replacement) return false;
  graph.replace(
    [node, second.node],
    [{ ...replacement, input: [node.input[0]!, ...replacement.input.slice(1)] }],
  );
  return true;
}

function isPointwise(convolution: Convolution): boolean {
  const { node, transposed, groups, kernel } = convolution;
  const strides = intsOf(node, 'strides') ?? [];
  return (
    !transposed &&
    groups === 1 &&
    kernel.every((size) => size === 1) &&
    strides.every((stride) => stride === 1) &&
    !isPadded(convolution)
  );
}
