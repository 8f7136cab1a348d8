import { isOperator, type Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';

/**
 * `x + x g` becomes `x (g + 1)` where g is one number a channel: one pass over x instead of two.
 *
 * Condition: nothing else reads the product, and g comes from a global pooling by convolutions and activations only, so that it
 * is small.
 *
 * Proof: x + x g = x (1 + g), and the sum has the product's shape, since x broadcasts into it already.
 */
export function gatedShortcut(graph: Graph, node: OnnxNode): boolean {
  if (!isOperator(node, 'Add')) return false;
  for (const [x, value] of [node.input, [...node.input].reverse()] as [string, string][]) {
    const product = graph.producer(value);
    if (!isOperator(product, 'Mul') || graph.onlyConsumer(value) !== node || !product.input.includes(x))
      continue;
    const gate = product.input.find((name) => name !== x);
    if (gate === undefined || !isPooled(graph, gate)) continue;
    const one = graph.addFloats('one', { dims: [], values: Float32Array.of(1) });
    const raised = graph.uniqueName(`${gate}/raised`);
    graph.replace(
      [product, node],
      [
        { opType: 'Add', name: raised, input: [gate, one], output: [raised] },
        { ...product, input: [x, raised], output: node.output },
      ],
    );
    return true;
  }
  return false;
}

/** true if a value has one place a channel. */
function isPooled(graph: Graph, value: string): boolean {
  const node = graph.producer(value);
  if (isOperator(node, 'GlobalAveragePool')) return true;
  return isOperator(node, 'Conv', 'HardSigmoid', 'Relu', 'Sigmoid') && isPooled(graph, node.input[0]!);
}
