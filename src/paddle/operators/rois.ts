import { float } from '../graph/nodes.js';
import type { GraphBuilder } from '../graph/builder.js';
import { rangeTo } from '../graph/compositions.js';
import {
  atMost,
  columns,
  picturesOfRows,
  placesWhere,
  rowsAt,
  rowsOfPictures,
  sortedPlaces,
} from '../graph/detection.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorTable } from './definition.js';

/** Which picture each region lies in; all in the first where the program does not say. */
function pictureOfRois(op: OperatorCall, graph: GraphBuilder, rois: GraphValue): GraphValue {
  const counts = op.optional('boxes_num');
  const rows = graph.size(rois, 0);
  if (counts) return picturesOfRows(graph, counts, rows);
  return graph.node('Expand', [graph.scalar(0, 'int64'), rows], {}, { dims: [-1] });
}

function roiAlign(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const rois = op.input('boxes');
  const attributes = {
    output_height: op.int('pooled_height', 1),
    output_width: op.int('pooled_width', 1),
    spatial_scale: float(op.float('spatial_scale', 1)),
    sampling_ratio: Math.max(0, op.int('sampling_ratio', -1)),
    coordinate_transformation_mode: op.bool('aligned', false) ? 'half_pixel' : 'output_half_pixel',
  };
  const dims = [-1, op.input('x').dims?.[1] ?? -1, attributes.output_height, attributes.output_width];
  return graph.node('RoiAlign', [op.input('x'), rois, pictureOfRois(op, graph, rois)], attributes, { dims });
}

function roiPool(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [x, rois] = [op.input('x'), op.input('boxes')];
  const picture = graph.unsqueeze(graph.cast(pictureOfRois(op, graph, rois), x.type), [1]);
  const pooled_shape = [op.int('pooled_height', 1), op.int('pooled_width', 1)];
  const spatial_scale = float(op.float('spatial_scale', 1));
  const regions = graph.concat([picture, rois], 1);
  return graph.node(
    'MaxRoiPool',
    [x, regions],
    { pooled_shape, spatial_scale },
    { dims: [-1, x.dims?.[1] ?? -1, ...pooled_shape] },
  );
}

/**
 * Average of every bin, each bin of every output channel from an input channel of its own. Sums over bins are differences
 * of running sums, so bins may have any size.
 */
function psRoiPool(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [x, rois] = [op.input('x'), op.input('boxes')];
  const [rows, cols, channels] = [
    op.int('pooled_height', 1),
    op.int('pooled_width', 1),
    op.int('output_channels', 1),
  ];
  const scale = op.float('spatial_scale', 1);
  const exact = graph.cast(x, 'float64');
  const sums = [2, 3].reduce(
    (value, axis) => graph.node('CumSum', [value, graph.scalar(axis, 'int64')]),
    exact,
  );
  const padded = graph.node('Pad', [sums, graph.ints([0, 0, 1, 1, 0, 0, 0, 0]), graph.scalar(0, 'float64')]);

  /** First and last place of every bin along an axis, [R, 1, rows, 1] or [R, 1, 1, cols]. */
  const bins = (axis: number, count: number): [GraphValue, GraphValue] => {
    const shape = axis === 0 ? [-1, 1, 1, 1] : [-1, 1, 1, 1];
    const corner = (at: number, extra: number): GraphValue => {
      const rounded = roundedAway(graph, graph.slice(rois, 1, at, at + 1));
      return graph.reshape(graph.withNumber('Mul', graph.withNumber('Add', rounded, extra), scale), shape);
    };
    const [low, high] = [corner(1 - axis, 0), corner(3 - axis, 1)];
    const length = graph.node('Max', [graph.node('Sub', [high, low]), graph.scalar(0.1, rois.type)]);
    const size = graph.withNumber('Div', length, count);
    const index = graph.constant(rois.type, axis === 0 ? [1, 1, count, 1] : [1, 1, 1, count], Array.from({ length: count }, (_, at) => at)); // prettier-ignore
    const edge = (opType: string, by: GraphValue): GraphValue => {
      const place = graph.cast(
        graph.node(opType, [graph.node('Add', [graph.node('Mul', [by, size]), low])]),
        'int64',
      );
      const inside = graph.node('Min', [place, graph.size(x, axis + 2)]);
      return graph.node('Max', [inside, graph.scalar(0, 'int64')]);
    };
    return [edge('Floor', index), edge('Ceil', graph.withNumber('Add', index, 1))];
  };
  const [top, bottom] = bins(0, rows);
  const [left, right] = bins(1, cols);
  const picture = graph.reshape(pictureOfRois(op, graph, rois), [-1, 1, 1, 1]);
  const channel = graph.constant('int64', [1, channels, rows, cols], Array.from({ length: channels * rows * cols }, (_, at) => at)); // prettier-ignore
  const shape = graph.concat([graph.size(rois, 0), graph.ints([channels, rows, cols])], 0);
  const at = (y: GraphValue, xAt: GraphValue): GraphValue => {
    const index = [picture, channel, y, xAt].map((part) =>
      graph.unsqueeze(graph.node('Expand', [part, shape], {}, { dims: [-1, channels, rows, cols] }), [4]),
    );
    return graph.node('GatherND', [padded, graph.concat(index, 4)], {}, { dims: [-1, channels, rows, cols] });
  };
  const outer = graph.node('Sub', [at(bottom, right), at(top, right)]);
  const inner = graph.node('Sub', [at(bottom, left), at(top, left)]);
  const area = graph.node('Mul', [graph.node('Sub', [bottom, top]), graph.node('Sub', [right, left])]);
  const none = graph.withNumber('LessOrEqual', area, 0);
  const some = graph.node('Max', [area, graph.scalar(1, 'int64')]);
  const mean = graph.node('Div', [graph.node('Sub', [outer, inner]), graph.cast(some, 'float64')]);
  return graph.cast(graph.node('Where', [none, graph.scalar(0, 'float64'), mean]), x.type);
}

/** C's round: halves away from zero. */
const roundedAway = (graph: GraphBuilder, x: GraphValue): GraphValue =>
  graph.node('Mul', [
    graph.node('Sign', [x]),
    graph.node('Floor', [graph.withNumber('Add', graph.node('Abs', [x]), 0.5)]),
  ]);

/** Every region to the level of the pyramid that fits its size. */
function distribute(op: OperatorCall, graph: GraphBuilder) {
  const rois = op.input('fpn_rois');
  const extra = op.bool('pixel_offset', true) ? 1 : 0;
  const [lowest, highest] = [op.int('min_level'), op.int('max_level')];
  if (highest < lowest || highest - lowest > 32)
    throw op.fail('levels from low to high', `${lowest} to ${highest}`);
  const [x0, y0, x1, y1] = columns(graph, rois).map((column) => graph.reshape(column, [-1])) as [
    GraphValue,
    GraphValue,
    GraphValue,
    GraphValue,
  ];
  const side = (low: GraphValue, high: GraphValue): GraphValue => graph.node('Sub', [high, low]);
  const [width, height] = [side(x0, x1), side(y0, y1)];
  const grown = (length: GraphValue): GraphValue => (extra ? graph.withNumber('Add', length, extra) : length);
  const inverted = graph.node('Or', [
    graph.withNumber('Less', width, 0),
    graph.withNumber('Less', height, 0),
  ]);
  const area = graph.node('Where', [
    inverted,
    graph.scalar(0, rois.type),
    graph.node('Mul', [grown(width), grown(height)]),
  ]);
  const relative = graph.withNumber('Div', graph.node('Sqrt', [area]), op.int('refer_scale', 224));
  const log2 = graph.withNumber(
    'Mul',
    graph.node('Log', [graph.withNumber('Add', relative, 1e-8)]),
    Math.LOG2E,
  );
  const exact = graph.node('Floor', [graph.withNumber('Add', log2, op.int('refer_level', 4))]);
  const level = graph.node('Clip', [
    exact,
    graph.scalar(lowest, rois.type),
    graph.scalar(highest, rois.type),
  ]);
  const counts = op.optional('rois_num');
  const picture = counts && picturesOfRows(graph, counts, graph.size(rois, 0));
  const places = Array.from({ length: highest - lowest + 1 }, (_, at) =>
    placesWhere(graph, graph.withNumber('Equal', level, lowest + at)),
  );
  const order = graph.concat(places, 0);
  return {
    multi_fpn_rois: places.map((place) => rowsAt(graph, rois, place)),
    multi_level_rois_num: picture
      ? places.map((place) => rowsOfPictures(graph, rowsAt(graph, picture, place), graph.size(counts, 0)))
      : places.map((place) => graph.cast(graph.shape(place), 'int32')),
    restore_index: graph.unsqueeze(graph.cast(sortedPlaces(graph, order, false), 'int32'), [1]),
  };
}

/** The best regions over all levels, ordered by picture. */
function collect(op: OperatorCall, graph: GraphBuilder) {
  const levels = op.list('multi_level_rois');
  const counts = op.list('multi_level_rois_num');
  const rois = graph.concat(levels, 0);
  const scores = graph.reshape(graph.concat(op.list('multi_level_scores'), 0), [-1]);
  const pictures = counts[0] ? graph.size(counts[0], 0) : graph.ints([1]);
  const picture = graph.concat(levels.map((level, at) => {
    const rows = graph.size(level, 0);
    const count = counts[at];
    return count ? picturesOfRows(graph, count, rows) : graph.node('Expand', [graph.scalar(0, 'int64'), rows], {}, { dims: [-1] });
  }), 0); // prettier-ignore
  const most = atMost(graph, op.int('post_nms_topn'), graph.size(scores, 0));
  const best = sortedPlaces(graph, scores, true, most);
  const owner = rowsAt(graph, picture, best);
  const key = graph.node('Add', [
    graph.node('Mul', [owner, graph.size(best, 0)]),
    rangeTo(graph, graph.size(best, 0)),
  ]);
  const order = sortedPlaces(graph, key, false);
  const chosen = rowsAt(graph, best, order);
  return { fpn_rois: rowsAt(graph, rois, chosen), rois_num: rowsOfPictures(graph, owner, pictures) };
}

const ROIS = { inputs: { x: 'X', boxes: 'ROIs', boxes_num: 'RoisNum' }, outputs: { out: 'Out' } } as const;

/** Regions of interest. */
export const REGIONS = {
  roi_align: { ...ROIS, convert: roiAlign },
  roi_pool: { ...ROIS, convert: roiPool },
  psroi_pool: { ...ROIS, convert: psRoiPool },
  distribute_fpn_proposals: {
    inputs: { fpn_rois: 'FpnRois', rois_num: 'RoisNum' },
    outputs: {
      multi_fpn_rois: 'MultiFpnRois',
      multi_level_rois_num: 'MultiLevelRoIsNum',
      restore_index: 'RestoreIndex',
    },
    convert: distribute,
  },
  collect_fpn_proposals: {
    inputs: {
      multi_level_rois: 'MultiLevelRois',
      multi_level_scores: 'MultiLevelScores',
      multi_level_rois_num: 'MultiLevelRoIsNum',
    },
    outputs: { fpn_rois: 'FpnRois', rois_num: 'RoisNum' },
    attributes: { post_nms_topn: 'post_nms_topN' },
    convert: collect,
  },
} satisfies OperatorTable;
