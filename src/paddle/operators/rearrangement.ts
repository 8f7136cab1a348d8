import type { GraphBuilder } from '../graph/builder.js';
import { shapeWith } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { inChannelsFirst, onnxPads } from './convolution.js';
import { OUT, X } from './definition.js';
import type { OperatorTable } from './definition.js';

const FORMAT = { data_format: 'data_format' } as const;

function factorOf(op: OperatorCall, name: string): number {
  const factor = op.int(name, 1);
  if (factor < 1) throw op.fail(`${name} of 1 or more`, `${factor}`);
  return factor;
}

/** Splits channels [C] into [groups, C / groups], swaps the two, joins them again. */
function shuffled(graph: GraphBuilder, x: GraphValue, groups: number): GraphValue {
  const split = graph.node(
    'Reshape',
    [x, shapeWith(graph, x, [0, groups, -1, { of: 2 }, { of: 3 }])],
    {},
    { dims: [-1, groups, -1, -1, -1] },
  );
  const swapped = graph.transpose(split, [0, 2, 1, 3, 4]);
  return graph.node(
    'Reshape',
    [swapped, shapeWith(graph, x, [0, -1, { of: 2 }, { of: 3 }])],
    {},
    { dims: x.dims },
  );
}

/** Blocks of pixels into channels, [N, C, H, W] -> [N, C r r, H / r, W / r]; `order` of (C, row, column) in the result's channels. */
function unshuffled(
  graph: GraphBuilder,
  x: GraphValue,
  factor: number,
  order: readonly number[],
): GraphValue {
  const part = (axis: number): GraphValue => graph.withNumber('Div', graph.size(x, axis), factor);
  const [height, width] = [part(2), part(3)];
  const block = graph.ints([factor]);
  const sizes = [graph.ints([0]), graph.ints([0]), height, block, width, block];
  const blocks = graph.node(
    'Reshape',
    [x, graph.concat(sizes, 0)],
    {},
    { dims: [-1, -1, -1, factor, -1, factor] },
  );
  const moved = graph.transpose(blocks, [0, ...order, 2, 4]);
  const channels = graph.withNumber('Mul', graph.size(x, 1), factor * factor);
  return graph.node(
    'Reshape',
    [moved, graph.concat([graph.ints([0]), channels, height, width], 0)],
    {},
    { dims: [-1, -1, -1, -1] },
  );
}

/** A kernel that copies place (row, column) of its window into an output channel of its own: [h w, 1, h, w]. */
function patchKernel(
  graph: GraphBuilder,
  type: GraphValue['type'],
  [height, width]: readonly number[],
): GraphValue {
  const size = height! * width!;
  const values = Array.from({ length: size * size }, (_, at) =>
    Math.floor(at / size) === at % size ? 1 : 0,
  );
  return graph.constant(type, [size, 1, height!, width!], values);
}

function windowOf(op: OperatorCall) {
  const kernel = op.ints('kernel_sizes');
  const pads = onnxPadsOfPatches(op);
  const [strides, dilations] = [op.ints('strides', [1, 1]), op.ints('dilations', [1, 1])];
  for (const numbers of [kernel, strides, dilations])
    if (numbers.length !== 2 || numbers.some((value) => value < 1 || value > 4096))
      throw op.fail('two numbers between 1 and 4096', `[${numbers.join(', ')}]`);
  if (kernel[0]! * kernel[1]! > 4096) throw op.unsupported('has a window of more than 4096 places');
  return { kernel, attributes: { strides, dilations, pads } };
}

/** Here four paddings are top, left, bottom, right, as in ONNX. */
const onnxPadsOfPatches = (op: OperatorCall): readonly number[] => {
  const paddings = op.ints('paddings', [0, 0]);
  return paddings.length === 4
    ? paddings
    : onnxPads(op, paddings.length === 1 ? [paddings[0]!, paddings[0]!] : paddings, 2);
};

/** im2col: [N, C, H, W] -> [N, C kh kw, places]. Every channel is convolved with kernels that pick one place each. */
function unfold(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const { kernel, attributes } = windowOf(op);
  const [height, width] = kernel as [number, number];
  const planes = graph.node(
    'Reshape',
    [x, shapeWith(graph, x, [-1, 1, { of: 2 }, { of: 3 }])],
    {},
    { dims: [-1, 1, -1, -1] },
  );
  const patches = graph.node('Conv', [planes, patchKernel(graph, x.type, kernel)], attributes, {
    dims: [-1, height * width, -1, -1],
  });
  const rows = graph.withNumber('Mul', graph.size(x, 1), height * width);
  const shape = graph.concat([graph.size(x, 0), rows, graph.ints([-1])], 0);
  return graph.reshape(patches, shape);
}

/** The inverse of unfold: overlapping places are summed up. */
function fold(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const { kernel, attributes } = windowOf(op);
  const [height, width] = kernel as [number, number];
  const size = op.ints('output_sizes');
  const { pads, strides, dilations } = attributes;
  const places = size.map((length, axis) => {
    const covered = length + pads[axis]! + pads[axis + 2]! - dilations[axis]! * (kernel[axis]! - 1) - 1;
    return Math.floor(covered / strides[axis]!) + 1;
  });
  const output_padding = size.map((length, axis) => {
    const reached = (places[axis]! - 1) * strides[axis]! + dilations[axis]! * (kernel[axis]! - 1) + 1;
    return length - (reached - pads[axis]! - pads[axis + 2]!);
  });
  const columns = graph.node('Reshape', [x, graph.ints([-1, height * width, ...places])]);
  const planes = graph.node(
    'ConvTranspose',
    [columns, patchKernel(graph, x.type, kernel)],
    { ...attributes, output_padding },
    { dims: [-1, 1, ...size] },
  );
  const channels = op.dims(x)[1]! / (height * width);
  return graph.reshape(planes, graph.concat([graph.size(x, 0), graph.ints([channels, ...size])], 0));
}

/** Some channels one step back in time, some one step ahead; the batch holds `seg_num` steps of each film. */
function temporalShift(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const steps = op.int('seg_num');
  const ratio = op.float('shift_ratio', 0.25);
  return inChannelsFirst(op, graph, op.input('x'), (x) => {
    const channels = op.dims(x)[1]!;
    const [first, second] = [Math.floor(channels * ratio), Math.floor(channels * 2 * ratio)];
    const films = graph.node(
      'Reshape',
      [x, shapeWith(graph, x, [-1, steps, channels, { of: 2 }, { of: 3 }])],
      {},
      { dims: [-1, steps, channels, -1, -1] },
    );
    const padded = graph.node(
      'Pad',
      [films, graph.ints([0, 1, 0, 0, 0, 0, 1, 0, 0, 0]), graph.scalar(0, x.type)],
      {},
      { dims: [-1, steps + 2, channels, -1, -1] },
    );
    const part = (from: number, to: number, start: number): GraphValue =>
      graph.slice(graph.slice(padded, 1, start, start + steps), 2, from, to);
    const moved = graph.concat([part(0, first, 0), part(first, second, 2), part(second, channels, 1)], 2);
    return graph.node('Reshape', [moved, graph.shape(x)], {}, { dims: x.dims });
  });
}

/** Pixels to channels and back, patches, shuffles. */
export const REARRANGEMENT = {
  pixel_shuffle: {
    inputs: X,
    outputs: OUT,
    attributes: FORMAT,
    convert: (op, graph) =>
      inChannelsFirst(op, graph, op.input('x'), (x) =>
        graph.node(
          'DepthToSpace',
          [x],
          { blocksize: factorOf(op, 'upscale_factor'), mode: 'CRD' },
          { dims: [-1, -1, -1, -1] },
        ),
      ),
  },
  pixel_unshuffle: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) =>
      inChannelsFirst(op, graph, op.input('x'), (x) =>
        unshuffled(graph, x, factorOf(op, 'downscale_factor'), [1, 3, 5]),
      ),
  },
  /** As pixel_unshuffle, but the place in the block counts before the channel. */
  space_to_depth: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => unshuffled(graph, op.input('x'), factorOf(op, 'blocksize'), [3, 5, 1]),
  },
  channel_shuffle: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) =>
      inChannelsFirst(op, graph, op.input('x'), (x) => shuffled(graph, x, factorOf(op, 'groups'))),
  },
  shuffle_channel: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => shuffled(graph, op.input('x'), factorOf(op, 'group')),
  },
  unfold: { inputs: X, outputs: { out: 'Y' }, convert: unfold },
  fold: { inputs: X, outputs: { out: 'Y' }, convert: fold },
  temporal_shift: { inputs: X, outputs: OUT, convert: temporalShift },
} satisfies OperatorTable;
