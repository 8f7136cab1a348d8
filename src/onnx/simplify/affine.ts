import {
  float64s,
  floatOf,
  intOf,
  isOperator,
  type FloatTensor,
  type Graph,
  type Shape,
} from '../graph/index.js';
import type { OnnxNode } from '../types.js';

/** `scale x + shift`: one value each, or one a channel. In float64: rounding is left to the end. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** Nodes that follow one another, each the only reader of the one before, and what they compute together. */
export interface AffineChain {
  readonly nodes: readonly OnnxNode[];
  readonly affine: Affine;
  /** What the last node gives. */
  readonly output: string;
}

/** An affine's values at one channel. */
export const at = (values: Float64Array, channel: number): number =>
  values[values.length === 1 ? 0 : channel]!;

/** The longest chain of affine nodes that starts at `first` and reads `input`; undefined where `first` is none. */
export function affineChain(
  graph: Graph,
  first: OnnxNode,
  input: string,
  shape: Shape,
): AffineChain | undefined {
  let affine = affineOf(graph, first, input, shape);
  if (!affine) return undefined;
  const nodes = [first];
  let output = first.output[0]!;
  for (;;) {
    const next = graph.onlyConsumer(output);
    const further = next && affineOf(graph, next, output, shape);
    if (!further) return { nodes, affine, output };
    affine = compose(affine, further);
    nodes.push(next);
    output = next.output[0]!;
  }
}

/** second(first(x)) */
function compose(first: Affine, second: Affine): Affine {
  const length = Math.max(...[first, second].flatMap(({ scale, shift }) => [scale.length, shift.length]));
  return {
    scale: float64s(length, (c) => at(second.scale, c) * at(first.scale, c)),
    shift: float64s(length, (c) => at(second.scale, c) * at(first.shift, c) + at(second.shift, c)),
  };
}

/**
 * What a node computes of `input`, where that is one scale and one shift for a channel, of constants, and the result has
 * the input's shape: a constant that would stretch the input to more dimensions or channels makes it none.
 */
export function affineOf(graph: Graph, node: OnnxNode, input: string, shape: Shape): Affine | undefined {
  const found = isOperator(node, 'BatchNormalization')
    ? normalisation(graph, node, input, shape)
    : arithmetic(graph, node, input, shape);
  return found && [...found.scale, ...found.shift].every(Number.isFinite) ? found : undefined;
}

/** A node that scales and shifts its only input by single numbers, whatever the input's channels are. */
export function numberAffine(
  graph: Graph,
  node: OnnxNode,
): { input: string; scale: number; shift: number } | undefined {
  const input = node.input.find((name) => !graph.isConstant(name));
  if (input === undefined || isOperator(node, 'BatchNormalization')) return undefined;
  const affine = affineOf(graph, node, input, { rank: graph.shape(input)?.rank ?? 0, channels: undefined });
  return affine && { input, scale: affine.scale[0]!, shift: affine.shift[0]! };
}

const ONE = Float64Array.of(1);
const ZERO = Float64Array.of(0);

function arithmetic(graph: Graph, node: OnnxNode, input: string, shape: Shape): Affine | undefined {
  if (!isOperator(node, 'Add', 'Div', 'Mul', 'Sub') || node.input.length !== 2) return undefined;
  const [left, right] = node.input as [string, string];
  if (left === right || (left !== input && right !== input)) return undefined;
  const constant = graph.floats(left === input ? right : left);
  const c = constant && perChannel(constant, shape);
  if (!c) return undefined;
  switch (node.opType) {
    case 'Mul':
      return { scale: c, shift: ZERO };
    case 'Add':
      return { scale: ONE, shift: c };
    case 'Div':
      return left === input ? { scale: c.map((value) => 1 / value), shift: ZERO } : undefined;
    default:
      return left === input
        ? { scale: ONE, shift: c.map((value) => -value) }
        : { scale: Float64Array.of(-1), shift: c };
  }
}

/** A constant as one value, or one for each of the channels at axis 1 of the shape. */
function perChannel({ dims, values }: FloatTensor, { rank, channels }: Shape): Float64Array | undefined {
  if (dims.length > rank) return undefined;
  if (values.length === 1) return new Float64Array(values);
  const axis = dims.length - rank + 1;
  const isOfChannels = axis >= 0 && dims[axis] === channels && values.length === channels;
  return isOfChannels ? new Float64Array(values) : undefined;
}

/** (x - mean) / sqrt(variance + epsilon) scale + bias, as it is at inference. */
function normalisation(graph: Graph, node: OnnxNode, input: string, shape: Shape): Affine | undefined {
  const [x, ...names] = node.input;
  const isInference = intOf(node, 'training_mode', 0) === 0 && intOf(node, 'spatial', 1) === 1;
  if (x !== input || names.length !== 4 || !isInference || node.output.slice(1).some((name) => name !== ''))
    return undefined;
  const parts = names.map((name) => graph.floats(name)?.values);
  const [scale, bias, mean, variance] = parts;
  if (!scale || !bias || !mean || !variance) return undefined;
  if (parts.some((values) => values!.length !== shape.channels)) return undefined;
  const epsilon = floatOf(node, 'epsilon') ?? 1e-5;
  const factors = float64s(scale.length, (c) => scale[c]! / Math.sqrt(variance[c]! + epsilon));
  return { scale: factors, shift: float64s(bias.length, (c) => bias[c]! - mean[c]! * factors[c]!) };
}
