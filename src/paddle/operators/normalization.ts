import { float } from '../graph/nodes.js';
import type { GraphBuilder } from '../graph/builder.js';
import { shapeWith } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { inChannelsFirst } from './convolution.js';
import type { OperatorTable } from './definition.js';

/** A vector of one value a channel, standing at the channels' axis of a channels-first tensor. */
const perChannel = (graph: GraphBuilder, vector: GraphValue, rank: number): GraphValue =>
  graph.reshape(vector, [-1, ...new Array<number>(Math.max(0, rank - 2)).fill(1)]);

function batchNorm(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const channels = op.dims(op.input('mean'))[0] ?? -1;
  const filled = (name: string, value: number): GraphValue =>
    op.optional(name) ?? graph.constant(x.type, [channels], [value]);
  const statistics = [filled('scale', 1), filled('bias', 0), op.input('mean'), op.input('variance')];
  const epsilon = float(op.float('epsilon', 1e-5));
  return inChannelsFirst(op, graph, x, (first) =>
    graph.node('BatchNormalization', [first, ...statistics], { epsilon }),
  );
}

/** Scale and bias are flat over all normalised axes. */
function layerNorm(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const dims = op.dims(x);
  const axis = op.axis('begin_norm_axis', dims.length, 1);
  const shape = dims.slice(axis);
  const shaped = (vector: GraphValue | undefined): GraphValue | undefined =>
    vector && shape.length > 1
      ? graph.reshape(vector, shape.some((dim) => dim < 0) ? sizesFrom(graph, x, axis, dims.length) : shape)
      : vector;
  const scale = shaped(op.optional('scale')) ?? ones(op, graph, x, axis);
  const epsilon = float(op.float('epsilon', 1e-5));
  return graph.node('LayerNormalization', [x, scale, shaped(op.optional('bias'))], { axis, epsilon });
}

const sizesFrom = (graph: GraphBuilder, x: GraphValue, axis: number, rank: number): GraphValue =>
  shapeWith(graph, x, Array.from({ length: rank - axis }, (_, at) => ({ of: axis + at }))); // prettier-ignore

function ones(op: OperatorCall, graph: GraphBuilder, x: GraphValue, axis: number): GraphValue {
  const shape = op.dims(x).slice(axis);
  return shape.some((dim) => dim < 0)
    ? graph.node('Expand', [graph.scalar(1, x.type), sizesFrom(graph, x, axis, op.rank(x))])
    : graph.constant(x.type, shape, [1]);
}

/** Every group of channels of every picture to mean 0 and variance 1. */
function groupNorm(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const epsilon = float(op.float('epsilon', 1e-5));
  const groups = op.int('groups', 1);
  return inChannelsFirst(op, graph, op.input('x'), (x) => {
    const rank = op.rank(x);
    const channels = op.dims(x)[1]!;
    if (groups < 1 || (channels > 0 && channels % groups !== 0))
      throw op.fail('groups that divide the channels', `${groups}`);
    const grouped = graph.reshape(x, [0, groups, -1]);
    const parts = [graph.constant(x.type, [groups], [1]), graph.constant(x.type, [groups], [0])];
    const normal = graph.node('InstanceNormalization', [grouped, ...parts], { epsilon });
    return affine(op, graph, graph.reshape(normal, graph.shape(x)), rank);
  });
}

/** x scale + bias with one value a channel, each where it is given. */
function affine(op: OperatorCall, graph: GraphBuilder, x: GraphValue, rank: number): GraphValue {
  const [scale, bias] = [op.optional('scale'), op.optional('bias')];
  const scaled = scale ? graph.node('Mul', [x, perChannel(graph, scale, rank)]) : x;
  return bias ? graph.node('Add', [scaled, perChannel(graph, bias, rank)]) : scaled;
}

function instanceNorm(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const channels = op.dims(x)[1]!;
  const filled = (name: string, value: number): GraphValue =>
    op.optional(name) ?? graph.constant(x.type, [channels], [value]);
  const epsilon = float(op.float('epsilon', 1e-5));
  return graph.node('InstanceNormalization', [x, filled('scale', 1), filled('bias', 0)], { epsilon });
}

/** (sum |x|^p)^(1/p) over one axis or all of them. */
function pNorm(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const order = op.float('porder', 2);
  const all = op.bool('asvector', false);
  const rank = op.rank(x);
  const axes = all ? Array.from({ length: rank }, (_, axis) => axis) : [op.axis('axis', rank, -1)];
  const keep = op.bool('keepdim', false);
  if (order === 1 || order === 2) return graph.reduce(`ReduceL${order}`, x, axes, keep);
  const size = graph.node('Abs', [x]);
  if (order === Infinity) return graph.reduce('ReduceMax', size, axes, keep);
  if (order === -Infinity) return graph.reduce('ReduceMin', size, axes, keep);
  if (order === 0) {
    const present = graph.cast(graph.withNumber('Greater', size, 0), x.type);
    return graph.reduce('ReduceSum', present, axes, keep);
  }
  const sum = graph.reduce('ReduceSum', graph.withNumber('Pow', size, order), axes, keep);
  return graph.withNumber('Pow', sum, 1 / order);
}

const NORM = { inputs: { x: 'X', scale: 'Scale', bias: 'Bias' } } as const;

/** Normalisation, and norms. */
export const NORMALIZATION = {
  batch_norm: {
    inputs: { x: 'X', mean: 'Mean', variance: 'Variance', scale: 'Scale', bias: 'Bias' },
    outputs: { out: 'Y' },
    attributes: { data_format: 'data_layout' },
    old: ['batch_norm', 'sync_batch_norm'],
    pir: ['batch_norm', 'batch_norm_', 'sync_batch_norm', 'sync_batch_norm_'],
    convert: batchNorm,
  },
  layer_norm: { ...NORM, outputs: { out: 'Y' }, convert: layerNorm },
  group_norm: {
    ...NORM,
    outputs: { y: 'Y' },
    attributes: { data_format: 'data_layout' },
    convert: groupNorm,
  },
  instance_norm: { ...NORM, outputs: { y: 'Y' }, convert: instanceNorm },
  p_norm: { inputs: { x: 'X' }, outputs: { out: 'Out' }, convert: pNorm },
  /** x / sqrt(sum(x^2) + epsilon) along one axis. */
  norm: {
    inputs: { x: 'X' },
    outputs: { out: 'Out', norm: 'Norm' },
    convert: (op, graph) => {
      const x = op.input('x');
      const squares = graph.reduce('ReduceSumSquare', x, [op.axis('axis', op.rank(x))], true);
      const norm = graph.node('Sqrt', [graph.withNumber('Add', squares, op.float('epsilon', 1e-10))]);
      return { out: graph.node('Div', [x, norm]), norm };
    },
  },
} satisfies OperatorTable;
