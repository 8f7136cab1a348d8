import type { GraphBuilder } from './builder.js';
import { rangeTo } from './compositions.js';
import type { GraphValue } from './values.js';

/** Columns of a matrix of boxes, each as [n, 1]. */
export const columns = (graph: GraphBuilder, boxes: GraphValue, count = 4): GraphValue[] =>
  Array.from({ length: count }, (_, at) => graph.slice(boxes, -1, at, at + 1));

/** Which picture each row belongs to, [rows] int64, from the number of rows of every picture. */
export function picturesOfRows(graph: GraphBuilder, counts: GraphValue, rows: GraphValue): GraphValue {
  const ends = graph.node('CumSum', [graph.cast(counts, 'int64'), graph.scalar(0, 'int64')]);
  const row = graph.unsqueeze(rangeTo(graph, rows), [1]);
  const passed = graph.cast(graph.node('LessOrEqual', [graph.unsqueeze(ends, [0]), row]), 'int64');
  return graph.reduce('ReduceSum', passed, [1], false);
}

/** How many rows every picture has, [pictures] int32. */
export function rowsOfPictures(
  graph: GraphBuilder,
  pictureOfRow: GraphValue,
  pictures: GraphValue,
): GraphValue {
  const picture = graph.unsqueeze(rangeTo(graph, pictures), [0]);
  const same = graph.node('Equal', [graph.unsqueeze(pictureOfRow, [1]), picture]);
  return graph.cast(graph.reduce('ReduceSum', graph.cast(same, 'int64'), [0], false), 'int32');
}

/** Positions of a vector's values in falling (or rising) order, of equal ones the first first; default: `count` int64 [1], all. */
export function sortedPlaces(
  graph: GraphBuilder,
  values: GraphValue,
  largest: boolean,
  count?: GraphValue,
): GraphValue {
  const k = count ?? graph.size(values, 0);
  const attributes = { axis: 0, largest: largest ? 1 : 0, sorted: 1 };
  const results = [{ dims: [-1] }, { type: 'int64', dims: [-1] }] as const;
  return graph.multi('TopK', [values, k], attributes, results)[1]!;
}

/** Positions where a boolean vector is true, [count] int64. */
export const placesWhere = (graph: GraphBuilder, condition: GraphValue): GraphValue =>
  graph.node('Reshape', [graph.node('NonZero', [condition]), graph.ints([-1])], {}, { dims: [-1] });

/** Rows of a tensor. */
export const rowsAt = (graph: GraphBuilder, value: GraphValue, places: GraphValue): GraphValue =>
  graph.node('Gather', [value, places], { axis: 0 });

/** The smaller of a size that is known and one of the graph, [1] int64. */
export const atMost = (graph: GraphBuilder, known: number, size: GraphValue): GraphValue =>
  graph.node('Min', [graph.ints([known]), size]);

/**
 * Intersection over union of two sets of boxes that broadcast, as (x0, y0, x1, y1) each; with `extra` 1 a box of
 * equal sides counts as one pixel wide.
 */
export function overlap(
  graph: GraphBuilder,
  a: readonly GraphValue[],
  b: readonly GraphValue[],
  extra: number,
): GraphValue {
  const plus = (value: GraphValue): GraphValue => (extra ? graph.withNumber('Add', value, extra) : value);
  const side = (low: GraphValue, high: GraphValue): GraphValue => plus(graph.node('Sub', [high, low]));
  const area = (box: readonly GraphValue[]): GraphValue =>
    graph.node('Mul', [side(box[0]!, box[2]!), side(box[1]!, box[3]!)]);
  const shared = (low: number, high: number): GraphValue => {
    const length = graph.node('Sub', [
      graph.node('Min', [a[high]!, b[high]!]),
      graph.node('Max', [a[low]!, b[low]!]),
    ]);
    // Boxes that do not touch share nothing, also where `extra` would bridge the gap.
    return graph.node('Where', [
      graph.withNumber('Less', length, 0),
      graph.scalar(0, length.type),
      plus(length),
    ]);
  };
  const inter = graph.node('Mul', [shared(0, 2), shared(1, 3)]);
  const union = graph.node('Sub', [graph.node('Add', [area(a), area(b)]), inter]);
  return graph.node('Div', [inter, union]);
}
