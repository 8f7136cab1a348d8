import type { GraphBuilder } from '../graph/builder.js';
import {
  atMost,
  columns,
  overlap,
  placesWhere,
  rowsAt,
  rowsOfPictures,
  sortedPlaces,
} from '../graph/detection.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorTable } from './definition.js';

/**
 * Matrix NMS: no box goes, but its score falls by how much better ones of its class overlap it. One round of a loop for
 * every class of every picture, so that memory follows the boxes of a class that pass the threshold.
 */
function matrixNms(op: OperatorCall, graph: GraphBuilder) {
  const [boxes, scores] = [op.input('bboxes'), op.input('scores')];
  const { type } = scores;
  const [pictures, classes, count] = [graph.size(scores, 0), graph.size(scores, 1), graph.size(scores, 2)];
  const rounds = graph.node('Mul', [pictures, classes]);
  const rowScores = graph.reshape(scores, graph.concat([graph.ints([-1]), count], 0));
  const flatBoxes = graph.reshape(boxes, [-1, 4]);
  const empty = (of: GraphValue['type']): GraphValue => graph.constant(of, [0], [0]);
  const start = [empty('int64'), empty('int64'), empty('int64'), empty(type)];
  const names = ['picture', 'label', 'box', 'score'];
  const carried = start.map((value, at) => graph.input(`matrix_nms.${names[at]!}`, value.type, [-1]));
  const round = graph.input('matrix_nms.round', 'int64', []);
  const going = graph.input('matrix_nms.going', 'bool', []);
  const body = graph.subgraph([round, going, ...carried], () => {
    const picture = graph.node('Div', [round, graph.reshape(classes, [])], {}, { dims: [] });
    const label = graph.node('Mod', [round, graph.reshape(classes, [])], {}, { dims: [] });
    const row = graph.node('Gather', [rowScores, round], { axis: 0 }, { dims: [-1] });
    const found = oneClass(op, graph, row, label, (place) => {
      const first = graph.node('Mul', [picture, graph.reshape(count, [])]);
      return graph.node('Add', [place, first], {}, { dims: [-1] });
    }, flatBoxes); // prettier-ignore
    const repeated = (value: GraphValue): GraphValue =>
      graph.node('Expand', [value, graph.shape(found.box)], {}, { dims: [-1] });
    const fresh = [repeated(picture), repeated(label), found.box, found.score];
    const next = carried.map((value, at) => graph.node('Concat', [value, fresh[at]!], { axis: 0 }));
    return [graph.copy(going), ...next];
  });
  const inputs = [graph.reshape(rounds, []), graph.scalar(1, 'bool'), ...start];
  const all = graph.multi('Loop', inputs, { body }, start.map((value) => ({ type: value.type, dims: [-1] }))); // prettier-ignore
  return ranked(op, graph, all, flatBoxes, pictures);
}

/** The boxes of one class that are left, with their new scores. */
function oneClass(
  op: OperatorCall,
  graph: GraphBuilder,
  scores: GraphValue,
  label: GraphValue,
  boxOf: (place: GraphValue) => GraphValue,
  boxes: GraphValue,
): { box: GraphValue; score: GraphValue } {
  const passes = graph.withNumber('Greater', scores, op.float('score_threshold', 0));
  const foreground = graph.node('Not', [graph.withNumber('Equal', label, op.int('background_label', 0))]);
  const places = placesWhere(graph, graph.node('And', [passes, foreground]));
  const passed = rowsAt(graph, scores, places);
  const most = op.int('nms_top_k', -1);
  const order = sortedPlaces(
    graph,
    passed,
    true,
    most < 0 ? undefined : atMost(graph, most, graph.size(passed, 0)),
  );
  const sorted = rowsAt(graph, passed, order);
  const box = boxOf(rowsAt(graph, places, order));
  const corners = columns(graph, rowsAt(graph, boxes, box)); // [n, 1] each
  const across = corners.map((corner) => graph.transpose(corner, [1, 0]));
  const iou = overlap(graph, corners, across, op.bool('normalized', true) ? 0 : 1);
  // Rows are the boxes, columns the better ones: only what lies left of the diagonal counts.
  const better = graph.node('Trilu', [iou, graph.scalar(-1, 'int64')], { upper: 0 }, { dims: [-1, -1] });
  const worst = graph.transpose(graph.reduce('ReduceMax', withColumn(graph, better), [1], true), [1, 0]);
  const decay = op.bool('use_gaussian', false)
    ? gaussian(graph, better, worst, op.float('gaussian_sigma', 2))
    : linear(graph, better, worst);
  const isBetter = graph.node('Greater', [rowIndex(graph, sorted, 1), rowIndex(graph, sorted, 0)]);
  const applied = graph.node('Where', [isBetter, decay, graph.scalar(1, decay.type)], {}, { dims: [-1, -1] });
  const least = graph.reduce('ReduceMin', withColumn(graph, applied, 1), [1], false);
  const score = graph.node('Mul', [sorted, least]);
  const left = placesWhere(graph, graph.withNumber('Greater', score, op.float('post_threshold', 0)));
  return { box: rowsAt(graph, box, left), score: rowsAt(graph, score, left) };
}

/** Another column, so that an extreme exists also where a class has no box. */
const withColumn = (graph: GraphBuilder, matrix: GraphValue, value = 0): GraphValue =>
  graph.node(
    'Pad',
    [matrix, graph.ints([0, 0, 0, 1]), graph.scalar(value, matrix.type)],
    {},
    { dims: [-1, -1] },
  );

const rowIndex = (graph: GraphBuilder, vector: GraphValue, axis: number): GraphValue => {
  const ones = graph.node('Expand', [graph.scalar(1, 'int64'), graph.shape(vector)], {}, { dims: [-1] });
  return graph.unsqueeze(graph.node('CumSum', [ones, graph.scalar(0, 'int64')]), [axis]);
};

/** exp((worst^2 - iou^2) sigma) */
function gaussian(graph: GraphBuilder, iou: GraphValue, worst: GraphValue, sigma: number): GraphValue {
  const squared = (value: GraphValue): GraphValue => graph.node('Mul', [value, value]);
  return graph.node('Exp', [
    graph.withNumber('Mul', graph.node('Sub', [squared(worst), squared(iou)]), sigma),
  ]);
}

/** (1 - iou) / (1 - worst) */
function linear(graph: GraphBuilder, iou: GraphValue, worst: GraphValue): GraphValue {
  const rest = (value: GraphValue): GraphValue => graph.node('Sub', [graph.scalar(1, value.type), value]);
  return graph.node('Div', [rest(iou), rest(worst)]);
}

/** Every picture's boxes by falling score, at most `keep_top_k`; pictures behind each other. */
function ranked(
  op: OperatorCall,
  graph: GraphBuilder,
  all: readonly GraphValue[],
  boxes: GraphValue,
  pictures: GraphValue,
) {
  const [picture, label, box, score] = all as [GraphValue, GraphValue, GraphValue, GraphValue];
  const falling = sortedPlaces(graph, score, true);
  const owner = graph.unsqueeze(rowsAt(graph, picture, falling), [1]);
  const numbers = graph.node(
    'Range',
    [graph.scalar(0, 'int64'), graph.reshape(pictures, []), graph.scalar(1, 'int64')],
    {},
    { dims: [-1] },
  );
  const mine = graph.cast(
    graph.node('Equal', [graph.unsqueeze(numbers, [1]), graph.transpose(owner, [1, 0])]),
    'int32',
  ); // [N, n]
  const most = op.int('keep_top_k', -1);
  const counted = graph.node('CumSum', [mine, graph.scalar(1, 'int64')]);
  const within =
    most < 0
      ? mine
      : graph.node('Mul', [mine, graph.cast(graph.withNumber('LessOrEqual', counted, most), 'int32')]);
  // The places of a matrix are found row by row: pictures in order, scores falling.
  const places = graph.node(
    'Gather',
    [graph.node('NonZero', [within]), graph.scalar(1, 'int64')],
    { axis: 0 },
    { dims: [-1] },
  );
  const order = rowsAt(graph, falling, places);
  const column = (value: GraphValue): GraphValue =>
    graph.unsqueeze(graph.cast(rowsAt(graph, value, order), score.type), [1]);
  const index = rowsAt(graph, box, order);
  const rows = [column(label), column(score), rowsAt(graph, boxes, index)];
  return {
    out: graph.node('Concat', rows, { axis: 1 }, { dims: [-1, 6] }),
    index: graph.unsqueeze(graph.cast(index, 'int32'), [1]),
    roisnum: rowsOfPictures(graph, rowsAt(graph, picture, order), pictures),
  };
}

/** Suppression by falling scores. */
export const MATRIX_SUPPRESSION = {
  matrix_nms: {
    inputs: { bboxes: 'BBoxes', scores: 'Scores' },
    outputs: { out: 'Out', index: 'Index', roisnum: 'RoisNum' },
    convert: matrixNms,
  },
} satisfies OperatorTable;
