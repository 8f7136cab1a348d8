import { float64s, intsOf, sizeOf, type Graph } from '../../graph/index.js';
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
  const area = sizeOf(second.kernel);
  const [inputs, between, outputs] = [first.inputs, first.outputs, second.outputs];
  if (inputs * outputs * area >= inputs * between + between * outputs * area) return false;
  const merged = {
    ...second,
    weights: { dims: [outputs, inputs, ...second.kernel], values: product(first, second) },
  };
  const bias = float64s(outputs, (o) => (second.bias?.values[o] ?? 0) + passedOn(first, second, o));
  const replacement = withValues(graph, merged, { weights: merged.weights.values, bias });
  if (!replacement) return false;
  graph.replace(
    [node, second.node],
    [{ ...replacement, input: [node.input[0]!, ...replacement.input.slice(1)] }],
  );
  return true;
}

/** [outputs, inputs, ...kernel]: the second's weights times the first's, at every place of the kernel. */
function product(first: Convolution, second: Convolution): Float64Array {
  const [inputs, between, area] = [first.inputs, first.outputs, sizeOf(second.kernel)];
  const [v, w] = [second.weights.values, first.weights.values];
  const values = new Float64Array(second.outputs * inputs * area);
  for (let o = 0; o < second.outputs; o++)
    for (let m = 0; m < between; m++)
      for (let k = 0; k < area; k++) {
        const factor = v[(o * between + m) * area + k]!;
        for (let c = 0; c < inputs; c++) values[(o * inputs + c) * area + k]! += factor * w[m * inputs + c]!;
      }
  return values;
}

/** What the first one's bias adds to an output of the second. */
function passedOn(
  { bias, outputs: between }: Convolution,
  { weights, kernel }: Convolution,
  o: number,
): number {
  if (!bias) return 0;
  const row = between * sizeOf(kernel);
  let sum = 0;
  for (let i = 0; i < row; i++)
    sum += weights.values[o * row + i]! * bias.values[Math.floor(i / (row / between))]!;
  return sum;
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
