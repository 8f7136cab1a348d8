import type { GraphBuilder } from '../graph/builder.js';
import { clip, rangeTo } from '../graph/compositions.js';
import { columns } from '../graph/detection.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorTable } from './definition.js';

/** A YOLO head as boxes in the picture's pixels and scores; what is not sure enough becomes zeros. */
function yoloBox(op: OperatorCall, graph: GraphBuilder) {
  const x = op.input('x');
  const anchors = op.ints('anchors');
  const [count, classes] = [anchors.length / 2, op.int('class_num')];
  const aware = op.bool('iou_aware', false);
  if (!Number.isInteger(count) || count < 1 || classes < 1)
    throw op.fail('pairs of anchors and classes', `${anchors.length}`);
  const [height, width] = [graph.size(x, 2), graph.size(x, 3)];
  const size = graph.cast(op.input('img_size'), x.type);
  const picture = (at: number): GraphValue =>
    graph.reshape(graph.slice(size, 1, at, at + 1), [-1, 1, 1, 1, 1]);
  const view = (value: GraphValue, fields: number): GraphValue =>
    graph.node(
      'Reshape',
      [value, graph.concat([graph.size(x, 0), graph.ints([count, fields]), height, width], 0)],
      {},
      { dims: [-1, count, fields, -1, -1] },
    );
  const channels = count * (5 + classes);
  const head = view(aware ? graph.slice(x, 1, count, count + channels) : x, 5 + classes);
  const field = (from: number, to = from + 1): GraphValue => graph.slice(head, 2, from, to);

  let confidence = graph.node('Sigmoid', [field(4)]);
  if (aware) {
    const factor = op.float('iou_aware_factor', 0.5);
    const iou = graph.node('Sigmoid', [view(graph.slice(x, 1, 0, count), 1)]);
    const powers = [graph.withNumber('Pow', confidence, 1 - factor), graph.withNumber('Pow', iou, factor)];
    confidence = graph.node('Mul', powers);
  }
  const unsure = graph.withNumber('Less', confidence, op.float('conf_thresh', 0.01));
  const sure = (value: GraphValue): GraphValue =>
    graph.node('Where', [unsure, graph.scalar(0, x.type), value], {}, { dims: value.dims });

  const stretch = op.float('scale_x_y', 1);
  const downsample = op.int('downsample_ratio', 32);
  /** Middle and half of the side along one axis: 0 is x, 1 is y. */
  const along = (axis: number): [middle: GraphValue, half: GraphValue] => {
    const cells = axis === 0 ? width : height;
    const pixels = picture(1 - axis);
    const index = graph.reshape(
      graph.cast(rangeTo(graph, cells), x.type),
      axis === 0 ? [1, 1, 1, 1, -1] : [1, 1, 1, -1, 1],
    );
    const offset = graph.withNumber('Mul', graph.node('Sigmoid', [field(axis)]), stretch);
    const place = graph.node('Add', [graph.withNumber('Add', offset, -0.5 * (stretch - 1)), index]);
    const middle = graph.node('Div', [graph.node('Mul', [place, pixels]), graph.cast(cells, x.type)]);
    const sides = graph.constant(x.type, [1, count, 1, 1, 1], anchors.filter((_, at) => at % 2 === axis)); // prettier-ignore
    const scaled = graph.node('Mul', [
      graph.node('Mul', [graph.node('Exp', [field(2 + axis)]), sides]),
      pixels,
    ]);
    const input = graph.withNumber('Mul', graph.cast(cells, x.type), downsample);
    return [middle, graph.withNumber('Div', graph.node('Div', [scaled, input]), 2)];
  };
  const [[middleX, halfX], [middleY, halfY]] = [along(0), along(1)];
  let corners = [
    graph.node('Sub', [middleX, halfX]),
    graph.node('Sub', [middleY, halfY]),
    graph.node('Add', [middleX, halfX]),
    graph.node('Add', [middleY, halfY]),
  ];
  if (op.bool('clip_bbox', true))
    corners = corners.map((corner, at) => {
      if (at < 2) return graph.node('Max', [corner, graph.scalar(0, x.type)]);
      return graph.node('Min', [corner, graph.withNumber('Sub', picture(3 - at), 1)]);
    });
  const rows = (value: GraphValue, fields: number): GraphValue =>
    graph.node(
      'Reshape',
      [
        graph.transpose(value, [0, 1, 3, 4, 2]),
        graph.concat([graph.size(x, 0), graph.ints([-1, fields])], 0),
      ],
      {},
      { dims: [-1, -1, fields] },
    );
  const scores = graph.node('Mul', [confidence, graph.node('Sigmoid', [field(5, 5 + classes)])]);
  return { boxes: rows(sure(graph.concat(corners, 2)), 4), scores: rows(sure(scores), classes) };
}

/** Places of a grid over the picture, [H, W, 1, 1] each: x, y. */
function centres(
  graph: GraphBuilder,
  x: GraphValue,
  place: (index: GraphValue, axis: number) => GraphValue,
): GraphValue[] {
  const shape = graph.concat([graph.size(x, 2), graph.size(x, 3), graph.ints([1, 1])], 0);
  return [3, 2].map((axis, at) => {
    const along = place(graph.cast(rangeTo(graph, graph.size(x, axis)), 'float32'), at);
    const placed = graph.reshape(along, axis === 3 ? [1, -1, 1, 1] : [-1, 1, 1, 1]);
    return graph.node('Expand', [placed, shape], {}, { dims: [-1, -1, 1, 1] });
  });
}

/** Every one of `halves` (half width, half height) around every centre, [H, W, n, 4]. */
function boxesAround(
  graph: GraphBuilder,
  middle: readonly GraphValue[],
  halves: readonly (readonly [number, number])[],
): GraphValue {
  const half = (axis: number): GraphValue =>
    graph.constant('float32', [1, 1, halves.length, 1], halves.map((pair) => pair[axis]!)); // prettier-ignore
  const corners = ['Sub', 'Add'].flatMap((opType) =>
    [0, 1].map((axis) => graph.node(opType, [middle[axis]!, half(axis)])),
  );
  return graph.concat(corners, 3);
}

/** The four variances beside every box. */
const variancesFor = (op: OperatorCall, graph: GraphBuilder, boxes: GraphValue): GraphValue =>
  graph.node(
    'Expand',
    [graph.constant('float32', [4], op.numbers('variances') ?? [0.1, 0.1, 0.2, 0.2]), graph.shape(boxes)],
    {},
    { dims: boxes.dims },
  );

function priorBox(op: OperatorCall, graph: GraphBuilder) {
  const [input, image] = [op.input('input'), op.input('image')];
  const minSizes = op.numbers('min_sizes') ?? [];
  const maxSizes = op.numbers('max_sizes') ?? [];
  const ratios = [1];
  for (const ratio of op.numbers('aspect_ratios') ?? []) {
    if (ratios.some((known) => Math.abs(known - ratio) < 1e-6)) continue;
    ratios.push(ratio);
    if (op.bool('flip', true)) ratios.push(1 / ratio);
  }
  const halves = minSizes.flatMap((size, at): [number, number][] => {
    const shaped = (ratio: number): [number, number] => [
      (size * Math.sqrt(ratio)) / 2,
      size / Math.sqrt(ratio) / 2,
    ];
    const largest = maxSizes[at] === undefined ? [] : [Math.sqrt(size * maxSizes[at]) / 2];
    const between = largest.map((side): [number, number] => [side, side]);
    if (!op.bool('min_max_aspect_ratios_order', false)) return [...ratios.map(shaped), ...between];
    return [shaped(1), ...between, ...ratios.filter((ratio) => Math.abs(ratio - 1) >= 1e-6).map(shaped)];
  });
  if (halves.length === 0) throw op.fail('min_sizes', 'none');
  const picture = [3, 2].map((axis) => graph.cast(graph.size(image, axis), 'float32'));
  const steps = [op.float('step_w', 0), op.float('step_h', 0)];
  const middle = centres(graph, input, (index, axis) => {
    const moved = graph.withNumber('Add', index, op.float('offset', 0.5));
    const cells = graph.cast(graph.size(input, 3 - axis), 'float32');
    const given = steps[axis] !== 0 && steps[1 - axis] !== 0;
    return graph.node('Mul', [
      moved,
      given ? graph.scalar(steps[axis]!, 'float32') : graph.node('Div', [picture[axis]!, cells]),
    ]);
  });
  const size = graph.concat([...picture, ...picture], 0);
  const boxes = graph.node('Div', [boxesAround(graph, middle, halves), size]);
  const out = op.bool('clip', true) ? clip(graph, boxes, 0, 1) : boxes;
  return { out, var: variancesFor(op, graph, out) };
}

function anchorGenerator(op: OperatorCall, graph: GraphBuilder) {
  const [strideX, strideY] = (op.numbers('stride') ?? [16, 16]) as [number, number];
  const offset = op.float('offset', 0.5);
  const strides = [strideX, strideY];
  const middle = centres(graph, op.input('input'), (index, axis) =>
    graph.withNumber('Add', graph.withNumber('Mul', index, strides[axis]!), offset * (strides[axis]! - 1)),
  );
  const halves = (op.numbers('aspect_ratios') ?? []).flatMap((ratio) =>
    (op.numbers('anchor_sizes') ?? []).map((size): [number, number] => {
      const width = Math.round(Math.sqrt((strideX * strideY) / ratio));
      const height = Math.round(width * ratio);
      return [((size / strideX) * width - 1) / 2, ((size / strideY) * height - 1) / 2];
    }),
  );
  if (halves.length === 0) throw op.fail('sizes and ratios of anchors', 'none');
  const anchors = boxesAround(graph, middle, halves);
  return { anchors, variances_out: variancesFor(op, graph, anchors) };
}

/** Boxes written relative to prior boxes, and back. Not normalised boxes are a pixel wider than their corners say. */
function boxCoder(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const target = op.input('target_box');
  const extra = op.bool('box_normalized', true) ? 0 : 1;
  const plus = (value: GraphValue, by: number): GraphValue =>
    by ? graph.withNumber('Add', value, by) : value;
  const decode = op.string('code_type', 'encode_center_size').toLowerCase().includes('decode');
  const rows = decode && op.int('axis', 0) === 1 ? 1 : 0; // the axis of the target that is not the priors'
  const placed = (value: GraphValue): GraphValue => graph.unsqueeze(value, [rows]);
  const prior = columns(graph, op.input('prior_box')).map(placed);
  const size = [0, 1].map((axis) => plus(graph.node('Sub', [prior[axis + 2]!, prior[axis]!]), extra));
  const middle = [0, 1].map((axis) =>
    graph.node('Add', [prior[axis]!, graph.withNumber('Mul', size[axis]!, 0.5)]),
  );
  const given = op.optional('prior_box_var');
  const listed = op.numbers('variance') ?? [];
  const tensor =
    given && columns(graph, given).map((value) => (op.rank(given) === 1 ? value : placed(value)));
  const variance = (at: number): GraphValue | undefined =>
    tensor?.[at] ?? (listed.length === 4 ? graph.scalar(listed[at]!, target.type) : undefined);
  const varied = (opType: string, value: GraphValue, at: number): GraphValue => {
    const by = variance(at);
    return by ? graph.node(opType, [value, by]) : value;
  };
  if (decode) {
    const fields = columns(graph, target).map((field, at) => varied('Mul', field, at));
    const corner = [0, 1].map((axis) => {
      const centre = graph.node('Add', [graph.node('Mul', [fields[axis]!, size[axis]!]), middle[axis]!]);
      const half = graph.withNumber(
        'Mul',
        graph.node('Mul', [graph.node('Exp', [fields[axis + 2]!]), size[axis]!]),
        0.5,
      );
      return [graph.node('Sub', [centre, half]), plus(graph.node('Add', [centre, half]), -extra)] as const;
    });
    return graph.concat([corner[0]![0], corner[1]![0], corner[0]![1], corner[1]![1]], 2);
  }
  const fields = columns(graph, target).map((field) => graph.unsqueeze(field, [1]));
  const encoded = [0, 1].map((axis) => {
    const sum = graph.node('Add', [fields[axis]!, fields[axis + 2]!]);
    const away = graph.node('Sub', [graph.withNumber('Mul', sum, 0.5), middle[axis]!]);
    const side = plus(graph.node('Sub', [fields[axis + 2]!, fields[axis]!]), extra);
    const ratio = graph.node('Log', [graph.node('Abs', [graph.node('Div', [side, size[axis]!])])]);
    return [
      varied('Div', graph.node('Div', [away, size[axis]!]), axis),
      varied('Div', ratio, axis + 2),
    ] as const;
  });
  return graph.concat([encoded[0]![0], encoded[1]![0], encoded[0]![1], encoded[1]![1]], 2);
}

/** Every coordinate inside of the picture; `im_info` is its height, width and scale. */
function boxClip(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [boxes, info] = [op.input('input'), op.input('im_info')];
  const scale = graph.slice(info, 1, 2, 3);
  // Sizes are rounded with halves up; ONNX's Round has them to even.
  const last = (at: number): GraphValue => {
    const size = graph.node('Div', [graph.slice(info, 1, at, at + 1), scale]);
    return graph.withNumber('Sub', graph.node('Floor', [graph.withNumber('Add', size, 0.5)]), 1);
  };
  const limits = graph.concat([last(1), last(0), last(1), last(0)], 1);
  const aligned = op.rank(boxes) === 3 ? graph.unsqueeze(limits, [1]) : limits;
  return graph.node('Max', [graph.node('Min', [boxes, aligned]), graph.scalar(0, boxes.type)]);
}

/** Boxes of detection heads and anchors. */
export const BOXES = {
  yolo_box: {
    inputs: { x: 'X', img_size: 'ImgSize' },
    outputs: { boxes: 'Boxes', scores: 'Scores' },
    convert: yoloBox,
  },
  prior_box: {
    inputs: { input: 'Input', image: 'Image' },
    outputs: { out: 'Boxes', var: 'Variances' },
    convert: priorBox,
  },
  anchor_generator: {
    inputs: { input: 'Input' },
    outputs: { anchors: 'Anchors', variances_out: 'Variances' },
    convert: anchorGenerator,
  },
  box_coder: {
    inputs: { prior_box: 'PriorBox', prior_box_var: 'PriorBoxVar', target_box: 'TargetBox' },
    outputs: { output_box: 'OutputBox' },
    convert: boxCoder,
  },
  box_clip: {
    inputs: { input: 'Input', im_info: 'ImInfo' },
    outputs: { output: 'Output' },
    convert: boxClip,
  },
} satisfies OperatorTable;
