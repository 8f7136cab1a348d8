import { isOperator, type Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';
import { numberAffine } from '../affine.js';

/**
 * Nodes that hand their input on, and nodes whose outputs nobody reads.
 *
 * Condition: Identity, Dropout at inference whose mask nobody reads, a product with 1 or a sum with 0. Where the result is an output of the graph, the node
 * that gives the input takes over its name; an input of the graph, a constant or another output cannot.
 *
 * Proof: the result is the input.
 */
export function identity(graph: Graph, node: OnnxNode): boolean {
  const isRead = (name: string): boolean => graph.isPinned(name) || graph.consumers(name).length > 0;
  if (!node.output.some(isRead)) {
    graph.replace([node], []);
    return true;
  }
  const from = handedOn(graph, node);
  const [to = '', ...others] = node.output;
  if (from === undefined || others.some(isRead)) return false;
  if (!graph.isPinned(to)) {
    graph.replace([node], []);
    graph.redirect(to, from);
    return true;
  }
  const giver = graph.producer(from);
  if (!giver || graph.isPinned(from)) return false;
  graph.replace([node], []);
  graph.redirect(from, to);
  graph.replace([giver], [{ ...giver, output: giver.output.map((name) => (name === from ? to : name)) }]);
  return true;
}

/** The input that a node hands on. */
function handedOn(graph: Graph, node: OnnxNode): string | undefined {
  if (isOperator(node, 'Identity')) return node.input[0];
  // From opset 12 on a third input may ask for training.
  if (isOperator(node, 'Dropout')) return node.input.length < 3 ? node.input[0] : undefined;
  const affine = numberAffine(graph, node);
  return affine?.scale === 1 && affine.shift === 0 ? affine.input : undefined;
}
