import { floatAttribute, floatOf, isOperator, type Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';
import { numberAffine } from '../affine.js';

/**
 * Hard-sigmoid and hard-swish that a converter took apart become HardSigmoid, and a product with it: `clip(k x + o, 0, T) m`
 * with `T m = 1`, also where the factor m stands behind or before a product with the clipped value, as in
 * `x clip(x + 3, 0, 6) / 6`. onnxruntime puts both into the convolution before.
 *
 * Condition: the numbers are constants without dimensions of their own, T is above 0, and every value on the way has one
 * reader. The clip is Clip (bounds as attributes or inputs), or Min and Max or Relu, in either order.
 *
 * Proof: `clip(k x + o, 0, T) m = min(max((k x + o) m, 0), T m) = min(max(k m x + o m, 0), 1)` as m is above 0, which is
 * HardSigmoid with alpha k m and beta o m; a product may be taken in any order.
 */
export function hardActivation(graph: Graph, node: OnnxNode): boolean {
  const clamp = clampOf(graph, node);
  if (!clamp) return false;
  const before = linearBefore(graph, clamp.input);
  const behind = scaleBehind(graph, node.output[0]!, clamp.high);
  if (!behind || (behind.nodes.length === 0 && before.nodes.length === 0)) return false;
  const alpha = before.scale / clamp.high;
  if (!(alpha > 0)) return false;
  const attribute = [floatAttribute('alpha', alpha), floatAttribute('beta', before.shift / clamp.high)];
  const output = behind.product === undefined ? behind.output : graph.uniqueName(`${behind.output}/gate`);
  const gate = { ...node, opType: 'HardSigmoid', input: [before.input], output: [output], attribute };
  const product = {
    opType: 'Mul',
    name: behind.output,
    input: [behind.product ?? '', output],
    output: [behind.output],
  };
  graph.replace(
    [...before.nodes, ...clamp.nodes, ...behind.nodes],
    behind.product === undefined ? [gate] : [gate, product],
  );
  return true;
}

/** How far from 1 T m may be: 1/6 as a float32 times 6 is. */
const ROUNDING = 2e-7;

interface Clamp {
  nodes: OnnxNode[];
  input: string;
  high: number;
}

/** min(max(x, 0), high) that ends with this node. */
function clampOf(graph: Graph, node: OnnxNode): Clamp | undefined {
  if (isOperator(node, 'Clip')) {
    const [input = ''] = node.input;
    const [low, high] = clipBounds(graph, node);
    return low === 0 && high !== undefined && high > 0 ? { nodes: [node], input, high } : undefined;
  }
  const outer = boundOf(graph, node);
  const inner = outer && graph.producer(outer.input);
  const first = inner && graph.onlyConsumer(outer.input) === node ? boundOf(graph, inner) : undefined;
  if (!outer || !inner || !first || outer.kind === first.kind) return undefined;
  const [low, high] = outer.kind === 'low' ? [outer, first] : [first, outer];
  if (low.value !== 0 || !(high.value > 0)) return undefined;
  return { nodes: [inner, node], input: first.input, high: high.value };
}

/** Lowest and highest value of a Clip; undefined if it is not known. */
function clipBounds(graph: Graph, node: OnnxNode): (number | undefined)[] {
  if (graph.opset < 11) return [floatOf(node, 'min'), floatOf(node, 'max')];
  return [1, 2].map((at) => number(graph, node.input[at] ?? ''));
}

interface Bound {
  kind: 'low' | 'high';
  input: string;
  value: number;
}

/** Relu, Max and Min with a number. */
function boundOf(graph: Graph, node: OnnxNode): Bound | undefined {
  if (isOperator(node, 'Relu')) return { kind: 'low', input: node.input[0]!, value: 0 };
  if (!isOperator(node, 'Max', 'Min') || node.input.length !== 2) return undefined;
  const [left, right] = node.input as [string, string];
  const [input, value] = [
    number(graph, right) === undefined ? right : left,
    number(graph, right) ?? number(graph, left),
  ];
  return value === undefined ? undefined : { kind: node.opType === 'Max' ? 'low' : 'high', input, value };
}

/** A constant without dimensions, or with one of size 1. */
function number(graph: Graph, name: string): number | undefined {
  const constant = name === '' ? undefined : graph.floats(name);
  return constant?.values.length === 1 && constant.dims.length <= 1 ? constant.values[0] : undefined;
}

interface Linear {
  nodes: OnnxNode[];
  input: string;
  scale: number;
  shift: number;
}

/** `scale x + shift` that gives a value which nobody else reads. */
function linearBefore(graph: Graph, value: string): Linear {
  const found: Linear = { nodes: [], input: value, scale: 1, shift: 0 };
  for (;;) {
    const node = graph.onlyConsumer(found.input) && graph.producer(found.input);
    const step = node && numberAffine(graph, node);
    if (!step) return found;
    found.nodes.unshift(node);
    found.shift += found.scale * step.shift;
    found.scale *= step.scale;
    found.input = step.input;
  }
}

interface ScaleBehind {
  nodes: OnnxNode[];
  /** What the clipped value is multiplied with, where it is. */
  product: string | undefined;
  output: string;
}

/** The factor 1 / high behind a clipped value, or behind or inside of its product with another value. */
function scaleBehind(graph: Graph, clipped: string, high: number): ScaleBehind | undefined {
  /** The input of a node that does nothing but divide by high. */
  const divided = (node: OnnxNode | undefined): string | undefined => {
    const step = node && numberAffine(graph, node);
    return step?.shift === 0 && Math.abs(step.scale * high - 1) <= ROUNDING ? step.input : undefined;
  };
  if (high === 1) return { nodes: [], product: undefined, output: clipped };
  const next = graph.onlyConsumer(clipped);
  if (!next) return undefined;
  const output = next.output[0]!;
  if (divided(next) !== undefined) return { nodes: [next], product: undefined, output };
  if (!isOperator(next, 'Mul')) return undefined;
  const other = next.input.find((name) => name !== clipped) ?? '';
  const last = graph.onlyConsumer(output);
  if (last && divided(last) !== undefined)
    return { nodes: [next, last], product: other, output: last.output[0]! };
  const scaled = graph.onlyConsumer(other) && graph.producer(other);
  const product = divided(scaled);
  return scaled && product !== undefined ? { nodes: [scaled, next], product, output } : undefined;
}
