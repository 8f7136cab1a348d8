import type { Graph } from '../graph/index.js';
import { RULES, type RuleName } from './rules/index.js';

/** How often each rule was applied; rules that were not are left out. */
export type Simplification = Partial<Record<RuleName, number>>;

/** Operator sets before this one broadcast by attributes. */
const OLDEST_OPSET = 7;

/**
 * Rewrites a graph until no rule applies any more. The network computes the same up to the rounding of float32; half and
 * double precision stay as they are, and so do subgraphs and functions.
 * @param names the rules that may be applied
 */
export function simplify(
  graph: Graph,
  names: readonly RuleName[] = Object.keys(RULES) as RuleName[],
): Simplification {
  const counts: Simplification = {};
  if (graph.opset < OLDEST_OPSET) return counts;
  for (let at = 0; at < names.length;) {
    const name = names[at]!;
    let applied = 0;
    for (const node of graph.nodes) if (graph.has(node) && RULES[name](graph, node)) applied++;
    if (applied > 0) counts[name] = (counts[name] ?? 0) + applied;
    at = applied > 0 ? 0 : at + 1;
  }
  return counts;
}
