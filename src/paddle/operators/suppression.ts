import type { GraphBuilder } from '../graph/builder.js';
import { rangeTo } from '../graph/compositions.js';
import {
  atMost,
  picturesOfRows,
  placesWhere,
  rowsAt,
  rowsOfPictures,
  sortedPlaces,
} from '../graph/detection.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorTable } from './definition.js';
import { suppressExactly } from './exact-suppression.js';

const NEVER = -3.4e38; // below every threshold

/** What is left of all boxes: which picture, class and box each is, and its score; ordered by picture, class, falling score. */
interface Kept {
  readonly picture: GraphValue;
  readonly label: GraphValue;
  readonly box: GraphValue;
  readonly score: GraphValue;
  readonly corners: GraphValue;
}

/** Scores of the background class, and of all but the `nms_top_k` best of a class, so low that nothing comes of them. */
function candidates(
  op: OperatorCall,
  graph: GraphBuilder,
  scores: GraphValue,
  classAxis: number,
): GraphValue {
  const classes = op.dims(scores)[classAxis]!;
  const background = op.int('background_label', 0);
  const never = graph.scalar(NEVER, scores.type);
  let result = scores;
  if (background >= 0 && (classes < 0 || background < classes)) {
    const shape = op.dims(scores).map((_, axis) => (axis === classAxis ? -1 : 1));
    const label = graph.reshape(rangeTo(graph, graph.size(scores, classAxis)), shape);
    result = graph.node(
      'Where',
      [graph.withNumber('Equal', label, background), never, scores],
      {},
      { dims: scores.dims },
    );
  }
  const most = op.int('nms_top_k', -1);
  const boxes = op.dims(scores)[2]!;
  if (most < 0 || (boxes > 0 && boxes <= most)) return result;
  const results = [{ dims: undefined }, { type: 'int64', dims: undefined }] as const;
  const [best, places] = graph.multi(
    'TopK',
    [result, atMost(graph, most, graph.size(scores, 2))],
    { axis: 2 },
    results,
  );
  const none = graph.node('Expand', [never, graph.shape(scores)], {}, { dims: scores.dims });
  return graph.node('ScatterElements', [none, places!, best!], { axis: 2 }, { dims: scores.dims });
}

/** Greedy suppression: ONNX's own where it means the same. */
function suppress(op: OperatorCall, graph: GraphBuilder, boxes: GraphValue, scores: GraphValue): GraphValue {
  const threshold = op.float('nms_threshold', 0.3);
  const scoreThreshold = op.float('score_threshold', 0);
  const eta = op.float('nms_eta', 1);
  const extra = op.bool('normalized', true) ? 0 : 1;
  if (eta < 1 || extra)
    return suppressExactly(graph, boxes, scores, { threshold, scoreThreshold, eta, extra });
  const most = graph.reshape(graph.size(scores, 2), [1]);
  const thresholds = [threshold, scoreThreshold].map((value) => graph.constant('float32', [1], [value]));
  return graph.node('NonMaxSuppression', [boxes, scores, most, ...thresholds], {}, { dims: [-1, 3] });
}

/** Boxes [N, M, 4] that all classes share, scores [N, C, M]. */
function sharedBoxes(op: OperatorCall, graph: GraphBuilder): Kept {
  const [boxes, scores] = [op.input('bboxes'), op.input('scores')];
  const chosen = suppress(op, graph, boxes, candidates(op, graph, scores, 1));
  const [picture, label, box] = [0, 1, 2].map((at) =>
    graph.node('Gather', [chosen, graph.scalar(at, 'int64')], { axis: 1 }),
  );
  const row = graph.node('Add', [graph.node('Mul', [picture!, graph.size(boxes, 1)]), box!]);
  return {
    picture: picture!,
    label: label!,
    box: row,
    score: graph.node('GatherND', [scores, chosen], {}, { dims: [-1] }),
    corners: rowsAt(graph, graph.reshape(boxes, [-1, 4]), row),
  };
}

/**
 * Boxes [M, C, 4] of every class's own, scores [M, C], the pictures behind each other (`rois_num`): every picture's
 * boxes of a class are one batch entry, those of other pictures have no score in it.
 */
function ownBoxes(op: OperatorCall, graph: GraphBuilder, counts: GraphValue): Kept {
  const [boxes, scores] = [op.input('bboxes'), op.input('scores')];
  const pictures = graph.size(counts, 0);
  const classes = graph.size(scores, 1);
  const pictureOfRow = picturesOfRows(graph, counts, graph.size(scores, 0));
  const byClass = graph.unsqueeze(graph.transpose(scores, [1, 0]), [0]); // [1, C, M]
  const here = graph.node('Equal', [
    graph.reshape(rangeTo(graph, pictures), [-1, 1, 1]),
    graph.reshape(pictureOfRow, [1, 1, -1]),
  ]);
  const spread = graph.node(
    'Where',
    [here, byClass, graph.scalar(NEVER, scores.type)],
    {},
    { dims: [-1, op.dims(scores)[1]!, -1] },
  );
  const limited = candidates(op, graph, spread, 1);
  const entryShape = graph.concat([graph.ints([-1, 1]), graph.size(scores, 0)], 0);
  const perEntry = graph.node('Reshape', [limited, entryShape], {}, { dims: [-1, 1, -1] });
  const classBoxes = graph.unsqueeze(graph.transpose(boxes, [1, 0, 2]), [0]);
  const repeated = graph.node(
    'Expand',
    [classBoxes, graph.concat([pictures, graph.ints([1, 1, 1])], 0)],
    {},
    { dims: [-1, -1, -1, 4] },
  );
  const entries = graph.reshape(
    repeated,
    graph.concat([graph.ints([-1]), graph.size(scores, 0), graph.ints([4])], 0),
  );
  const chosen = suppress(op, graph, entries, perEntry);
  // Here a class's boxes come in their own order, not in that of their scores.
  const field = (at: number): GraphValue =>
    graph.node('Gather', [chosen, graph.scalar(at, 'int64')], { axis: 1 }, { dims: [-1] });
  const key = graph.node('Add', [graph.node('Mul', [field(0), graph.size(scores, 0)]), field(2)]);
  const order = sortedPlaces(graph, key, false);
  const [entry, row] = [rowsAt(graph, field(0), order), rowsAt(graph, field(2), order)];
  const label = graph.node('Mod', [entry, classes]);
  const place = graph.node('Add', [graph.node('Mul', [row, classes]), label]);
  return {
    picture: graph.node('Div', [entry, classes]),
    label,
    box: place,
    score: rowsAt(graph, graph.reshape(scores, [-1]), place),
    corners: rowsAt(graph, graph.reshape(boxes, [-1, 4]), place),
  };
}

/** The `keep_top_k` best of every picture over all classes, their order unchanged. */
function keepBest(op: OperatorCall, graph: GraphBuilder, kept: Kept, pictures: GraphValue): Kept {
  const most = op.int('keep_top_k', -1);
  if (most < 0) return kept;
  const falling = sortedPlaces(graph, kept.score, true);
  // Going down the scores, how many of its picture a box is: those beyond the limit go.
  const picture = graph.unsqueeze(rowsAt(graph, kept.picture, falling), [1]);
  const same = graph.node('Equal', [picture, graph.unsqueeze(rangeTo(graph, pictures), [0])]);
  const mark = graph.cast(same, 'int32');
  const counted = graph.node('CumSum', [mark, graph.scalar(0, 'int64')]);
  const rank = graph.reduce('ReduceSum', graph.node('Mul', [counted, mark]), [1], false);
  const within = placesWhere(graph, graph.withNumber('LessOrEqual', rank, most));
  const places = rowsAt(graph, falling, within);
  const order = rowsAt(graph, places, sortedPlaces(graph, places, false));
  const pick = (value: GraphValue): GraphValue => rowsAt(graph, value, order);
  return {
    picture: pick(kept.picture),
    label: pick(kept.label),
    box: pick(kept.box),
    score: pick(kept.score),
    corners: pick(kept.corners),
  };
}

function multiclassNms(op: OperatorCall, graph: GraphBuilder) {
  const counts = op.optional('rois_num');
  const pictures = counts ? graph.size(counts, 0) : graph.size(op.input('scores'), 0);
  const kept = keepBest(op, graph, counts ? ownBoxes(op, graph, counts) : sharedBoxes(op, graph), pictures);
  const type = op.input('scores').type;
  const column = (value: GraphValue): GraphValue => graph.unsqueeze(graph.cast(value, type), [1]);
  const rows = graph.node(
    'Concat',
    [column(kept.label), column(kept.score), kept.corners],
    { axis: 1 },
    { dims: [-1, 6] },
  );
  return {
    out: op.foundAs === 'multiclass_nms' && op.isOldFormat ? orMinusOne(graph, rows) : rows,
    index: graph.unsqueeze(graph.cast(kept.box, 'int32'), [1]),
    nms_rois_num: rowsOfPictures(graph, kept.picture, pictures),
  };
}

/** The first version of the operator writes one -1 where nothing is left. */
function orMinusOne(graph: GraphBuilder, rows: GraphValue): GraphValue {
  const empty = graph.withNumber('Equal', graph.reshape(graph.size(rows, 0), []), 0);
  const then_branch = graph.subgraph([], () => [graph.constant(rows.type, [1, 1], [-1])]);
  const else_branch = graph.subgraph([], () => [rows]);
  return graph.multi('If', [empty], { then_branch, else_branch }, [{ type: rows.type, dims: [-1, -1] }])[0]!;
}

/** Suppression of boxes that overlap better ones. */
export const SUPPRESSION = {
  multiclass_nms3: {
    inputs: { bboxes: 'BBoxes', scores: 'Scores', rois_num: 'RoisNum' },
    outputs: { out: 'Out', index: 'Index', nms_rois_num: 'NmsRoisNum' },
    old: ['multiclass_nms3', 'multiclass_nms2', 'multiclass_nms'],
    pir: ['multiclass_nms3', 'multiclass_nms2', 'multiclass_nms'],
    convert: multiclassNms,
  },
} satisfies OperatorTable;
