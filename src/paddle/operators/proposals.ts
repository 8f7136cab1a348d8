import type { GraphBuilder } from '../graph/builder.js';
import { atMost, columns, placesWhere, rowsAt, sortedPlaces } from '../graph/detection.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorTable } from './definition.js';

/** Boxes may grow to this factor at most (as its logarithm). */
const LARGEST_GROWTH = Math.log(1000 / 16);

/** One round of a loop for every picture: its regions are decoded, cut, sifted and put behind those before. */
function generateProposals(op: OperatorCall, graph: GraphBuilder) {
  const [scores, deltas] = [op.input('scores'), op.input('bbox_deltas')];
  const { type } = scores;
  const flat = (value: GraphValue): GraphValue => graph.reshape(value, [-1, 4]);
  const [anchors, variances] = [flat(op.input('anchors')), flat(op.input('variances'))];
  const byPlace = (value: GraphValue, last: readonly number[]): GraphValue =>
    graph.reshape(graph.transpose(value, [0, 2, 3, 1]), [0, -1, ...last]); // prettier-ignore
  const [rowScores, rowDeltas] = [byPlace(scores, []), byPlace(deltas, [4])];
  const pictures = graph.size(scores, 0);
  const start = [
    graph.constant(type, [0, 4], [0]),
    graph.constant(type, [0, 1], [0]),
    graph.constant('int32', [0], [0]),
  ];
  const names = ['rois', 'probs', 'counts'];
  const carried = start.map((value, at) =>
    graph.input(
      `proposals.${names[at]!}`,
      value.type,
      value.dims?.map((dim) => dim || -1),
    ),
  );
  const round = graph.input('proposals.round', 'int64', []);
  const going = graph.input('proposals.going', 'bool', []);
  const body = graph.subgraph([round, going, ...carried], () => {
    const own = (value: GraphValue, dims: readonly number[]): GraphValue =>
      graph.node('Gather', [value, round], { axis: 0 }, { dims });
    const found = onePicture(op, graph, {
      scores: own(rowScores, [-1]),
      deltas: own(rowDeltas, [-1, 4]),
      size: own(op.input('im_shape'), [2]),
      anchors,
      variances,
    });
    const count = graph.cast(graph.size(found.rois, 0), 'int32');
    const fresh = [found.rois, found.probs, count];
    return [
      graph.copy(going),
      ...carried.map((value, at) => graph.node('Concat', [value, fresh[at]!], { axis: 0 })),
    ];
  });
  const inputs = [graph.reshape(pictures, []), graph.scalar(1, 'bool'), ...start];
  const results = [[-1, 4], [-1, 1], [-1]].map((dims, at) => ({ type: start[at]!.type, dims })); // prettier-ignore
  const [rpn_rois, rpn_roi_probs, rpn_rois_num] = graph.multi('Loop', inputs, { body }, results);
  return { rpn_rois, rpn_roi_probs, rpn_rois_num };
}

interface Picture {
  readonly scores: GraphValue;
  readonly deltas: GraphValue;
  /** Height and width. */
  readonly size: GraphValue;
  readonly anchors: GraphValue;
  readonly variances: GraphValue;
}

function onePicture(
  op: OperatorCall,
  graph: GraphBuilder,
  picture: Picture,
): { rois: GraphValue; probs: GraphValue } {
  const before = op.int('pre_nms_top_n', 6000);
  const most = before > 0 ? atMost(graph, before, graph.size(picture.scores, 0)) : undefined;
  const order = sortedPlaces(graph, picture.scores, true, most);
  const at = (value: GraphValue): GraphValue => rowsAt(graph, value, order);
  const boxes = decode(
    op,
    graph,
    at(picture.anchors),
    at(picture.deltas),
    at(picture.variances),
    picture.size,
  );
  const large = rowsAt(graph, boxes, largeEnough(op, graph, boxes, picture.size));
  const scores = rowsAt(graph, at(picture.scores), largeEnough(op, graph, boxes, picture.size));
  const kept = sifted(op, graph, large, scores);
  return orZeros(graph, rowsAt(graph, large, kept), graph.unsqueeze(rowsAt(graph, scores, kept), [1]));
}

/** Anchors moved and grown by the network, cut at the picture's edge. */
function decode(
  op: OperatorCall,
  graph: GraphBuilder,
  anchors: GraphValue,
  deltas: GraphValue,
  variances: GraphValue,
  size: GraphValue,
): GraphValue {
  const extra = op.bool('pixel_offset', true) ? 1 : 0;
  const plus = (value: GraphValue, by: number): GraphValue =>
    by ? graph.withNumber('Add', value, by) : value;
  const anchor = columns(graph, anchors);
  const delta = columns(graph, graph.node('Mul', [deltas, variances]));
  const corners = [0, 1].map((axis) => {
    const length = plus(graph.node('Sub', [anchor[axis + 2]!, anchor[axis]!]), extra);
    const middle = graph.node('Add', [anchor[axis]!, graph.withNumber('Mul', length, 0.5)]);
    const centre = graph.node('Add', [graph.node('Mul', [delta[axis]!, length]), middle]);
    const growth = graph.node('Exp', [
      graph.node('Min', [delta[axis + 2]!, graph.scalar(LARGEST_GROWTH, length.type)]),
    ]);
    const half = graph.withNumber('Mul', graph.node('Mul', [growth, length]), 0.5);
    const edge = plus(graph.slice(size, 0, 1 - axis, 2 - axis), -extra);
    const inside = (value: GraphValue): GraphValue =>
      graph.node('Max', [graph.node('Min', [value, edge]), graph.scalar(0, value.type)]);
    return [
      inside(graph.node('Sub', [centre, half])),
      inside(plus(graph.node('Add', [centre, half]), -extra)),
    ] as const;
  });
  return graph.concat([corners[0]![0], corners[1]![0], corners[0]![1], corners[1]![1]], 1);
}

/** Places of the boxes with long enough sides (and, with pixel_offset, their middle in the picture). */
function largeEnough(op: OperatorCall, graph: GraphBuilder, boxes: GraphValue, size: GraphValue): GraphValue {
  const offset = op.bool('pixel_offset', true);
  const least = Math.max(1, op.float('min_size', 0));
  const corner = columns(graph, boxes).map((column) => graph.reshape(column, [-1]));
  const tests = [0, 1].flatMap((axis) => {
    const raw = graph.node('Sub', [corner[axis + 2]!, corner[axis]!]);
    const length = offset ? graph.withNumber('Add', raw, 1) : raw;
    const long = graph.withNumber('GreaterOrEqual', length, least);
    if (!offset) return [long];
    const middle = graph.node('Add', [corner[axis]!, graph.withNumber('Mul', length, 0.5)]);
    return [long, graph.node('LessOrEqual', [middle, graph.slice(size, 0, 1 - axis, 2 - axis)])];
  });
  return placesWhere(
    graph,
    tests.reduce((all, test) => graph.node('And', [all, test])),
  );
}

/** Places of the boxes that no better one overlaps, best first, at most `post_nms_top_n`. */
function sifted(op: OperatorCall, graph: GraphBuilder, boxes: GraphValue, scores: GraphValue): GraphValue {
  const threshold = op.float('nms_thresh', 0.5);
  if (op.float('eta', 1) < 1) throw op.unsupported('lowers its threshold from box to box (eta below 1)');
  const after = op.int('post_nms_top_n', 1000);
  const count = graph.size(boxes, 0);
  if (threshold <= 0) return sortedPlaces(graph, scores, true);
  const grown = op.bool('pixel_offset', true)
    ? graph.node('Add', [boxes, graph.constant(boxes.type, [4], [0, 0, 1, 1])])
    : boxes;
  const most = after > 0 ? atMost(graph, after, count) : count;
  const inputs = [
    graph.unsqueeze(grown, [0]),
    graph.unsqueeze(scores, [0, 1]),
    most,
    graph.constant('float32', [1], [threshold]),
  ];
  const chosen = graph.node('NonMaxSuppression', inputs, {}, { dims: [-1, 3] });
  return graph.node('Gather', [chosen, graph.scalar(2, 'int64')], { axis: 1 }, { dims: [-1] });
}

/** One region of zeros where a picture has none. */
function orZeros(
  graph: GraphBuilder,
  rois: GraphValue,
  probs: GraphValue,
): { rois: GraphValue; probs: GraphValue } {
  const missing = graph.cast(graph.withNumber('Equal', graph.size(rois, 0), 0), 'int64'); // [1]: 1 where none
  const zeros = graph.ints([0]);
  const padded = (value: GraphValue, width: number): GraphValue =>
    graph.node(
      'Pad',
      [value, graph.concat([zeros, zeros, missing, zeros], 0), graph.scalar(0, value.type)],
      {},
      { dims: [-1, width] },
    );
  return { rois: padded(rois, 4), probs: padded(probs, 1) };
}

/** Region proposals. */
export const PROPOSALS = {
  generate_proposals: {
    inputs: {
      scores: 'Scores',
      bbox_deltas: 'BboxDeltas',
      im_shape: 'ImShape',
      anchors: 'Anchors',
      variances: 'Variances',
    },
    outputs: { rpn_rois: 'RpnRois', rpn_roi_probs: 'RpnRoiProbs', rpn_rois_num: 'RpnRoisNum' },
    old: ['generate_proposals_v2'],
    attributes: { pre_nms_top_n: 'pre_nms_topN', post_nms_top_n: 'post_nms_topN' },
    convert: generateProposals,
  },
} satisfies OperatorTable;
