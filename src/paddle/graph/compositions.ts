import type { GraphBuilder } from './builder.js';
import type { GraphValue } from './values.js';

/** min(max(x, lowest), highest) with known bounds. */
export const clip = (graph: GraphBuilder, x: GraphValue, lowest: number, highest: number): GraphValue =>
  graph.node('Clip', [x, graph.scalar(lowest, x.type), graph.scalar(highest, x.type)]);

/** Both values in one type: the wider of the two, floats over integers. */
export function promoted(graph: GraphBuilder, a: GraphValue, b: GraphValue): [GraphValue, GraphValue] {
  if (a.type === b.type) return [a, b];
  const type = RANKS.indexOf(a.type) > RANKS.indexOf(b.type) ? a.type : b.type;
  return [graph.cast(a, type), graph.cast(b, type)];
}

const RANKS = [
  'bool',
  'uint8',
  'int8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'float16',
  'float32',
  'float64',
];

/** A channels-last tensor as channels-first. */
export function channelsFirst(graph: GraphBuilder, x: GraphValue, rank: number): GraphValue {
  const spatial = Array.from({ length: rank - 2 }, (_, at) => at + 1);
  return graph.transpose(x, [0, rank - 1, ...spatial]);
}

/** A channels-first tensor as channels-last. */
export function channelsLast(graph: GraphBuilder, x: GraphValue, rank: number): GraphValue {
  const spatial = Array.from({ length: rank - 2 }, (_, at) => at + 2);
  return graph.transpose(x, [0, ...spatial, 1]);
}

/** `shape` with the sizes of x at the given axes replaced, as an int64 value; -1 lets Reshape work one out. */
export function shapeWith(
  graph: GraphBuilder,
  x: GraphValue,
  parts: readonly (number | { readonly of: number })[],
): GraphValue {
  return graph.concat(
    parts.map((part) => (typeof part === 'number' ? graph.ints([part]) : graph.size(x, part.of))),
    0,
  );
}

/** 0, 1, ... up to (without) an int64 value of one element. */
export const rangeTo = (graph: GraphBuilder, end: GraphValue): GraphValue =>
  graph.node(
    'Range',
    [
      graph.scalar(0, 'int64'),
      end.dims?.length === 0 ? end : graph.reshape(end, []),
      graph.scalar(1, 'int64'),
    ],
    {},
    { dims: [-1] },
  );
