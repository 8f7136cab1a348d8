import { float64s, isOperator, sizeOf, type Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';
import { affineChain, at } from '../affine.js';
import { convolutionOf, windowOf, withValues, type Convolution, type Window } from '../convolution.js';

/**
 * A sum of two linear branches of one value becomes one convolution: as RepVGG is trained, with 3 x 3, 1 x 1 and normalisation of
 * the value itself side by side, or a shortcut around a convolution.
 *
 * Condition: one branch is a Conv; the other is a Conv of the same value with the same groups and strides, or scale and shift of
 * the value, or the value. Nothing but the sum reads a branch, both give the same shape, and every place that the other
 * branch looks at is one of the Conv's kernel.
 *
 * Proof: an output of either is a weighted sum of input values. At output place p the kernel place k of a convolution reads input
 * place `p stride + k dilation - pad`, or 0 outside of the input. Kernel places of the two that read the same place add up:
 * `w x + v x = (w + v) x`; so do the biases. Scale and shift is a 1 x 1 convolution.
 */
export function parallelConvolutions(graph: Graph, node: OnnxNode): boolean {
  if (!isOperator(node, 'Add')) return false;
  const [left, right] = node.input as [string, string];
  return left !== right && (merge(graph, node, left, right) || merge(graph, node, right, left));
}

/** A linear branch that is added to a convolution. */
interface Branch {
  nodes: readonly OnnxNode[];
  window: Window;
  /** The weight between an output, an input (counted within its group) and a kernel place. */
  weight: (output: number, input: number, place: number) => number;
  bias: (output: number) => number;
}

function merge(graph: Graph, sum: OnnxNode, hostValue: string, guestValue: string): boolean {
  const host = convolutionOf(graph, graph.producer(hostValue));
  const window = host && windowOf(host);
  if (!host || !window || host.transposed || graph.onlyConsumer(hostValue) !== sum) return false;
  const guest =
    convolutionBranch(graph, sum, guestValue, host) ?? pointwiseBranch(graph, sum, guestValue, host);
  const places = guest && placesIn(window, guest.window);
  if (!guest || !places) return false;

  const area = sizeOf(host.kernel);
  const [outputs, inputs] = host.weights.dims as [number, number];
  const weights = new Float64Array(host.weights.values);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (const [k, place] of places.entries())
        weights[(o * inputs + i) * area + place]! += guest.weight(o, i, k);
  const bias = float64s(outputs, (o) => (host.bias?.values[o] ?? 0) + guest.bias(o));
  const replacement = withValues(graph, host, { weights, bias }, { output: sum.output });
  if (!replacement) return false;
  graph.replace([host.node, ...guest.nodes, sum], [replacement]);
  return true;
}

function convolutionBranch(
  graph: Graph,
  sum: OnnxNode,
  value: string,
  host: Convolution,
): Branch | undefined {
  const guest = convolutionOf(graph, graph.producer(value));
  const window = guest && windowOf(guest);
  if (!guest || !window || guest.transposed || guest.node.input[0] !== host.node.input[0]) return undefined;
  if (guest.groups !== host.groups || guest.outputs !== host.outputs) return undefined;
  if (graph.onlyConsumer(value) !== sum) return undefined;
  const { values } = guest.weights;
  const [columns, area] = [guest.weights.dims[1]!, sizeOf(guest.kernel)];
  return {
    nodes: [guest.node],
    window,
    weight: (o, i, k) => values[(o * columns + i) * area + k]!,
    bias: (o) => guest.bias?.values[o] ?? 0,
  };
}

/** The host's input itself, or scaled and shifted. */
function pointwiseBranch(graph: Graph, sum: OnnxNode, value: string, host: Convolution): Branch | undefined {
  const [input = ''] = host.node.input;
  if (host.inputs !== host.outputs) return undefined;
  const shape = { rank: host.weights.dims.length, channels: host.inputs };
  const chains = graph.consumers(input).map((first) => affineChain(graph, first, input, shape));
  const chain = chains.find((candidate) => candidate?.output === value && graph.onlyConsumer(value) === sum);
  if (!chain && value !== input) return undefined;
  const perGroup = host.inputs / host.groups;
  return {
    nodes: chain?.nodes ?? [],
    window: onePlace(host.kernel.length),
    weight: (o, i) => (o % perGroup === i ? (chain ? at(chain.affine.scale, o) : 1) : 0),
    bias: (o) => (chain ? at(chain.affine.shift, o) : 0),
  };
}

function onePlace(axes: number): Window {
  const [zeros, ones] = [0, 1].map((value) => new Array<number>(axes).fill(value)) as [number[], number[]];
  return { kernel: ones, strides: ones, dilations: ones, begins: zeros, ends: zeros };
}

/** Where each kernel place of a guest lies in the host's kernel; undefined if one does not, or the outputs' sizes differ. */
function placesIn(host: Window, guest: Window): number[] | undefined {
  let places = [0];
  for (const [axis, size] of host.kernel.entries()) {
    const reach = (window: Window): number =>
      window.begins[axis]! + window.ends[axis]! - window.dilations[axis]! * (window.kernel[axis]! - 1);
    if (host.strides[axis] !== guest.strides[axis] || reach(host) !== reach(guest)) return undefined;
    const along = Array.from({ length: guest.kernel[axis]! }, (_, place) => {
      const offset = place * guest.dilations[axis]! + host.begins[axis]! - guest.begins[axis]!;
      return offset / host.dilations[axis]!;
    });
    if (!along.every((place) => Number.isInteger(place) && place >= 0 && place < size)) return undefined;
    places = places.flatMap((start) => along.map((place) => start * size + place));
  }
  return places;
}
