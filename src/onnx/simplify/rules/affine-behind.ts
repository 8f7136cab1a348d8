import { type Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';
import { affineChain, at, type Affine } from '../affine.js';
import { convolutionOf, isPadded, withValues, type Convolution } from '../convolution.js';

/**
 * Scale and shift in front of convolutions go into them.
 *
 * Condition: everything that reads the result is a convolution with constant weights. A shift other than 0 wants convolutions
 * without padding, since they pad with 0 and not with the shift; a transposed one adds up fewer terms at its edges, so
 * it takes no shift at all.
 *
 * Proof: over the input channels c of a group, `sum(w (s_c x + t_c)) + b = sum((w s_c) x) + (b + sum(w t_c))`.
 */
export function affineBehind(graph: Graph, node: OnnxNode): boolean {
  const input = node.input.find((name) => !graph.isConstant(name)) ?? '';
  const shape = graph.shape(input);
  const chain = shape && affineChain(graph, node, input, shape);
  if (!chain || graph.isPinned(chain.output)) return false;
  const readers = graph.consumers(chain.output);
  const replacements = readers.map((reader) => folded(graph, reader, chain.output, chain.affine, input));
  if (readers.length === 0 || !replacements.every((found) => found !== undefined)) return false;
  readers.forEach((reader, i) => {
    graph.replace([reader], [replacements[i]!]);
  });
  graph.replace(chain.nodes, []);
  return true;
}

function folded(
  graph: Graph,
  reader: OnnxNode,
  value: string,
  { scale, shift }: Affine,
  input: string,
): OnnxNode | undefined {
  const convolution = convolutionOf(graph, reader);
  if (convolution?.node.input[0] !== value) return undefined;
  const moves = shift.some((t) => t !== 0);
  if (moves && (convolution.transposed || isPadded(convolution))) return undefined;
  const { weights, bias, outputs } = convolution;
  const sums = new Float64Array(outputs);
  for (let o = 0; o < outputs; o++) sums[o] = bias?.values[o] ?? 0;
  const scaled = new Float64Array(weights.values.length);
  const placeOf = places(convolution);
  for (let i = 0; i < scaled.length; i++) {
    const { c, o } = placeOf(i);
    scaled[i] = weights.values[i]! * at(scale, c);
    if (moves) sums[o]! += weights.values[i]! * at(shift, c);
  }
  const replacement = withValues(graph, convolution, { weights: scaled, bias: sums });
  return replacement && { ...replacement, input: [input, ...replacement.input.slice(1)] };
}

/** The input channel that a weight is multiplied with, and (of a Conv) the output channel that it counts for. */
function places({
  weights,
  transposed,
  groups,
  kernel,
  outputs,
}: Convolution): (i: number) => { c: number; o: number } {
  const area = kernel.reduce((product, size) => product * size, 1);
  const columns = weights.dims[1]!;
  return (i) => {
    const row = Math.floor(i / (area * columns));
    if (transposed) return { c: row, o: 0 };
    const column = Math.floor(i / area) % columns;
    return { c: Math.floor(row / (outputs / groups)) * columns + column, o: row };
  };
}
