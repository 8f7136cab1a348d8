import type { GraphBuilder } from '../graph/builder.js';
import { rangeTo } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { positive, readWindow } from './convolution.js';
import type { OperatorTable } from './definition.js';

function gridSample(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [x, grid] = [op.input('x'), op.input('grid')];
  const volume = op.rank(x) === 5;
  if (volume) graph.requireOpset(20);
  const mode = op.string('mode', 'bilinear');
  const named = volume || graph.opset >= 20 ? (mode === 'bilinear' ? 'linear' : mode) : mode;
  const padding_mode = op.string('padding_mode', 'zeros');
  const align_corners = op.bool('align_corners', true) ? 1 : 0;
  const spatial = grid.dims?.slice(1, -1) ?? [-1, -1];
  const dims = [x.dims?.[0] ?? -1, x.dims?.[1] ?? -1, ...spatial];
  return graph.node('GridSample', [x, grid], { mode: named, padding_mode, align_corners }, { dims });
}

/** -1 to 1 over an axis: at the pixels' middles, or (align_corners) with both ends on -1 and 1. */
function axisGrid(
  graph: GraphBuilder,
  size: GraphValue,
  type: GraphValue['type'],
  alignCorners: boolean,
): GraphValue {
  const index = graph.cast(rangeTo(graph, size), type);
  const length = graph.cast(size, type);
  const twice = graph.withNumber('Mul', index, 2);
  const scaled = alignCorners
    ? graph.node('Div', [
        twice,
        graph.node('Max', [graph.withNumber('Sub', length, 1), graph.scalar(1, type)]),
      ])
    : graph.node('Div', [graph.withNumber('Add', twice, 1), length]);
  return graph.withNumber('Sub', scaled, 1);
}

/** Sampling positions of an affine map: theta [N, 2, 3] (or [N, 3, 4]) times (x, y, 1) at every place of the result. */
function affineGrid(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const theta = op.input('input');
  const shape = op.sizes('output_shape');
  if (!shape) throw op.fail('an output shape', 'none');
  const axes = op.dims(theta)[1]!;
  const alignCorners = op.bool('align_corners', true);
  const sizeOf = (axis: number): GraphValue => graph.node('Gather', [shape, graph.ints([axis + 2])]);
  const spatial = graph.concat(Array.from({ length: axes }, (_, axis) => sizeOf(axis)), 0); // prettier-ignore
  const column = (axis: number): GraphValue => {
    const values = axisGrid(graph, sizeOf(axis), theta.type, alignCorners);
    const placed = graph.alongAxis(values, axis, axes);
    return graph.node(
      'Reshape',
      [graph.node('Expand', [placed, spatial]), graph.ints([-1, 1])],
      {},
      { dims: [-1, 1] },
    );
  };
  const coordinates = Array.from({ length: axes }, (_, at) => column(axes - 1 - at)); // x first
  const ones = graph.node('Add', [graph.withNumber('Mul', coordinates[0]!, 0), graph.scalar(1, theta.type)]);
  const base = graph.concat([...coordinates, ones], 1);
  const grid = graph.node('MatMul', [base, graph.transpose(theta, [0, 2, 1])], {}, { dims: [-1, -1, axes] });
  const full = graph.concat([graph.size(theta, 0), spatial, graph.ints([axes])], 0);
  return graph.reshape(grid, full);
}

/** Convolution that looks at moved places: the offsets are (y, x) for every point of the kernel, as in ONNX. */
function deformableConv(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [x, filter] = [op.input('x'), op.input('filter')];
  const { attributes } = readWindow(op, 2);
  const [offset_group] = positive(op, 'deformable_groups', 1, 1);
  const [group] = positive(op, 'groups', 1, 1);
  graph.requireOpset(19);
  const dims = [x.dims?.[0] ?? -1, op.dims(filter)[0]!, -1, -1];
  const inputs = [x, filter, op.input('offset'), undefined, op.optional('mask')];
  return graph.node('DeformConv', inputs, { ...attributes, group, offset_group }, { dims });
}

const DEFORMABLE = { x: 'Input', offset: 'Offset', filter: 'Filter', mask: 'Mask' } as const;

/** Sampling at computed places. */
export const SAMPLING = {
  grid_sample: {
    inputs: { x: 'X', grid: 'Grid' },
    outputs: { out: 'Output' },
    old: ['grid_sampler'],
    convert: gridSample,
  },
  affine_grid: {
    inputs: { input: 'Theta', output_shape: 'OutputShape' },
    outputs: { output: 'Output' },
    convert: affineGrid,
  },
  deformable_conv: {
    inputs: DEFORMABLE,
    outputs: { out: 'Output' },
    old: ['deformable_conv', 'deformable_conv_v1'],
    convert: deformableConv,
  },
} satisfies OperatorTable;
