import type { GraphBuilder } from '../graph/builder.js';
import { isFloat } from '../graph/values.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT, X } from './definition.js';
import type { OperatorTable } from './definition.js';

/** Place of the largest or smallest; of equal ones the first. */
function argument(op: OperatorCall, graph: GraphBuilder, onnx: string): GraphValue {
  const x = op.input('x');
  const type = op.type('dtype', 'int64');
  const rank = op.rank(x);
  const keepdims = op.bool('keepdims', false);
  const searched = x.type === 'int64' || x.type === 'bool' ? graph.cast(x, 'float64') : x;
  if (!op.bool('flatten', false) && rank > 0) {
    const axis = op.axis('axis', rank, -1);
    return graph.cast(
      graph.node(onnx, [searched], { axis, keepdims: keepdims ? 1 : 0 }, argDims(x, axis, keepdims)),
      type,
    );
  }
  const place = graph.node(onnx, [graph.reshape(searched, [-1])], { axis: 0, keepdims: 0 }, { dims: [] });
  const declared = op.declared('out')?.dims;
  const shape = keepdims ? new Array<number>(rank).fill(1) : declared?.length === 1 ? [1] : [];
  return graph.cast(shape.length ? graph.reshape(place, shape) : place, type);
}

function argDims(x: GraphValue, axis: number, keep: boolean): { dims: readonly number[] | undefined } {
  const dims = x.dims?.map((dim, at) => (at === axis ? 1 : dim));
  return { dims: keep ? dims : dims?.filter((_, at) => at !== axis) };
}

/** The k largest or smallest along an axis with their places. */
function topk(op: OperatorCall, graph: GraphBuilder, axis: number) {
  const x = op.input('x');
  const k = op.sizes('k') ?? graph.ints([1]);
  const count = op.numbers('k')?.[0] ?? -1;
  const dims = op.dims(x).map((dim, at) => (at === axis ? count : dim));
  const attributes = { axis, largest: op.bool('largest', true) ? 1 : 0, sorted: 1 };
  const [out, indices] = graph.multi('TopK', [x, graph.reshape(k, [1])], attributes, [
    { type: x.type, dims },
    { type: 'int64', dims },
  ]);
  return { out: out!, indices: indices! };
}

function argsort(op: OperatorCall, graph: GraphBuilder) {
  const x = op.input('x');
  const rank = op.rank(x);
  if (rank === 0) return { out: x, indices: graph.scalar(0, 'int64') };
  const axis = op.axis('axis', rank, -1);
  const attributes = { axis, largest: op.bool('descending', false) ? 1 : 0, sorted: 1 };
  const known = { dims: x.dims };
  const [out, indices] = graph.multi('TopK', [x, graph.size(x, axis)], attributes, [
    { type: x.type, ...known },
    { type: 'int64', ...known },
  ]);
  return { out: out!, indices: indices! };
}

function unique(op: OperatorCall, graph: GraphBuilder) {
  const x = op.input('x');
  const axes = op.ints('axis', []);
  const type = op.type('dtype', 'int64');
  const axis = axes.length ? op.axisOf(axes[0]!, op.rank(x)) : undefined;
  const dims = axis === undefined ? [-1] : x.dims?.map((dim, at) => (at === axis ? -1 : dim));
  const kept = x.type === 'int32' ? graph.cast(x, 'int64') : x; // what onnxruntime has a kernel for
  const vector = { type: 'int64', dims: [-1] } as const;
  const results = [{ type: kept.type, dims }, vector, vector, vector];
  const [out, indices, inverse, counts] = graph.multi('Unique', [kept], { axis, sorted: 1 }, results);
  const typed = (value: GraphValue | undefined): GraphValue => graph.cast(value!, type);
  return {
    out: graph.cast(out!, x.type),
    indices: typed(indices),
    inverse: typed(inverse),
    counts: typed(counts),
  };
}

/** The elements of x where the mask is true, as a vector. */
function maskedSelect(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [x, mask] = [op.input('x'), graph.cast(op.input('mask'), 'bool')];
  const same = x.dims?.length === mask.dims?.length && x.dims?.every((dim, at) => dim === mask.dims?.[at]);
  const shape = graph.shape(same ? x : graph.node('Where', [mask, x, x]));
  const spread = (value: GraphValue): GraphValue =>
    graph.reshape(same ? value : graph.node('Expand', [value, shape]), [-1]);
  return graph.node('Compress', [spread(x), spread(mask)], { axis: 0 }, { dims: [-1] });
}

/** Search, sorting and selection by value. */
export const SELECTION = {
  argmax: {
    inputs: { x: 'X', axis: [] },
    outputs: OUT,
    old: ['arg_max'],
    convert: (op, graph) => argument(op, graph, 'ArgMax'),
  },
  argmin: {
    inputs: { x: 'X', axis: [] },
    outputs: OUT,
    old: ['arg_min'],
    convert: (op, graph) => argument(op, graph, 'ArgMin'),
  },
  topk: {
    inputs: { x: 'X', k: 'K' },
    outputs: { out: 'Out', indices: 'Indices' },
    old: ['top_k_v2', 'top_k'],
    convert: (op, graph) => topk(op, graph, op.axis('axis', op.rank(op.input('x')), -1)),
  },
  argsort: { inputs: X, outputs: { out: 'Out', indices: 'Indices' }, convert: argsort },
  unique: {
    inputs: X,
    outputs: { out: 'Out', indices: 'Indices', inverse: 'Index', counts: 'Counts' },
    convert: unique,
  },
  nonzero: {
    inputs: { condition: 'Condition' },
    outputs: OUT,
    old: ['where_index'],
    convert: (op, graph) =>
      graph.node('Transpose', [graph.node('NonZero', [op.input('condition')])], { perm: [1, 0] }),
  },
  masked_select: { inputs: { x: 'X', mask: 'Mask' }, outputs: { out: 'Y' }, convert: maskedSelect },
  one_hot: {
    inputs: { x: 'X', num_classes: 'depth_tensor' },
    outputs: OUT,
    old: ['one_hot_v2', 'one_hot'],
    attributes: { num_classes: 'depth' },
    convert: (op, graph) => {
      const x = op.input('x');
      const type = op.type('dtype', 'float32');
      const real = isFloat(type) || type === 'int64' ? type : 'int64';
      const depth = op.scalar('num_classes', 'int64');
      const [off, on] = [0, 1];
      const values = graph.constant(real, [2], [off, on]);
      const wide = graph.cast(x, 'int64');
      const legacy = op.foundAs === 'one_hot' && op.isOldFormat; // its classes have a last axis of 1
      const index = legacy ? graph.squeeze(wide, [op.rank(x) - 1]) : wide;
      return graph.cast(graph.node('OneHot', [index, depth, values], { axis: -1 }), type);
    },
  },
} satisfies OperatorTable;
