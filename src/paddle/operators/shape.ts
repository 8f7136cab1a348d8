import type { GraphBuilder } from '../graph/builder.js';
import { promoted, shapeWith } from '../graph/compositions.js';
import { isFloat } from '../graph/values.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT, X } from './definition.js';
import type { OperatorTable } from './definition.js';

/** Axes that several sizes are inserted at one after the other, as positions in the result. */
function insertedAxes(op: OperatorCall, axes: readonly number[], rank: number): number[] {
  let result: number[] = [];
  for (const [count, given] of axes.entries()) {
    const axis = given < 0 ? given + rank + count + 1 : given;
    if (axis < 0 || axis > rank + count) throw op.fail(`an axis between 0 and ${rank + count}`, `${given}`);
    result = [...result.map((before) => (before >= axis ? before + 1 : before)), axis];
  }
  return result;
}

function reshape(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const shape = op.sizes('shape');
  if (!shape) throw op.fail('a shape', 'none');
  const known = op.numbers('shape');
  if (known && (known.filter((dim) => dim === -1).length > 1 || known.some((dim) => dim < -1)))
    throw op.fail('a shape with one -1 at most', `[${known.join(', ')}]`);
  // ONNX forbids a 0 that copies where the input has no such axis.
  if (known?.some((dim, axis) => dim === 0 && x.dims && axis >= x.dims.length))
    throw op.fail('a 0 only at axes of the input', `[${known.join(', ')}]`);
  return graph.reshape(x, shape);
}

/** Axes of another size than 1 are left as they are; those that are known only at run time must be of size 1. */
function squeeze(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const dims = op.dims(x);
  if (op.list('axis').length && !op.numbers('axis')) {
    const { axes, count } = computedAxes(op);
    const left = new Array<number>(Math.max(0, dims.length - count)).fill(-1);
    return graph.node('Squeeze', [x, axes], {}, { dims: left });
  }
  const axes = op.ints('axis', []);
  if (axes.length === 0) {
    if (dims.includes(-1)) return graph.node('Squeeze', [x], {}, { dims: undefined });
    return graph.squeeze(x, dims.flatMap((dim, axis) => (dim === 1 ? [axis] : [])));
  } // prettier-ignore
  const declared = op.declared('out')?.dims;
  const front = [...new Set(axes.map((axis) => op.axisOf(axis, dims.length)))];
  // An axis of unknown size is taken to be 1 where the program's own result has lost it.
  const lost = declared === undefined || declared.length < dims.length;
  return graph.squeeze(x, front.filter((axis) => dims[axis] === 1 || (dims[axis] === -1 && lost))); // prettier-ignore
}

/** Axes that are known only at run time are inserted one by one, as Paddle counts them: each in what those before it have made. */
function unsqueeze(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const rank = op.rank(x);
  if (op.numbers('axis')) return graph.unsqueeze(x, insertedAxes(op, op.ints('axis'), rank));
  const { axes, count } = computedAxes(op);
  let result = x;
  for (let at = 0; at < count; at++) {
    const dims = new Array<number>(rank + at + 1).fill(-1);
    result = graph.node('Unsqueeze', [result, graph.slice(axes, 0, at, at + 1)], {}, { dims });
  }
  return result;
}

/** Axes that the graph computes; how many there are must be known, since ranks hang on it. */
function computedAxes(op: OperatorCall): { axes: GraphValue; count: number } {
  const axes = op.sizes('axis');
  if (!axes) throw op.fail('axes', 'none');
  const count = axes.dims?.[0] ?? -1;
  if (count < 0) throw op.unsupported('takes axes whose number is known only at run time');
  return { axes, count };
}

function flatten(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const dims = op.dims(x);
  if (dims.length === 0) return graph.reshape(x, [1]);
  const [start, stop] = [op.axis('start_axis', dims.length, 1), op.axis('stop_axis', dims.length, 1)];
  if (start > stop) throw op.fail('start_axis before stop_axis', `${start} and ${stop}`);
  // 0 copies an axis before `start`; those behind `stop` move, so their sizes are written out.
  const before = dims.slice(0, start).map(() => 0);
  const behind = Array.from({ length: dims.length - stop - 1 }, (_, at) => stop + 1 + at);
  const parts = [...before, -1, ...behind.map((axis) => (dims[axis]! > 0 ? dims[axis]! : { of: axis }))];
  return graph.reshape(x, shapeWith(graph, x, parts));
}

/** Tensors without axes stand for one element. */
const atLeastOneAxis = (graph: GraphBuilder, value: GraphValue): GraphValue =>
  value.dims?.length === 0 ? graph.reshape(value, [1]) : value;

function concat(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const values = op.list('x').map((value) => atLeastOneAxis(graph, value));
  const [first, ...rest] = values;
  if (!first) throw op.fail('operands', 'none');
  const type = rest.reduce((widest, value) => promoted(graph, widest, value)[0], first).type;
  const axis = op.axis('axis', op.rank(first), 0);
  return graph.concat(values.map((value) => graph.cast(value, type)), axis); // prettier-ignore
}

function stack(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const values = op.list('x');
  if (!values[0]) throw op.fail('operands', 'none');
  const axis = op.axis('axis', op.rank(values[0]) + 1, 0);
  return graph.concat(values.map((value) => graph.unsqueeze(value, [axis])), axis); // prettier-ignore
}

/** Parts along an axis: of given sizes (one may be -1), or of equal size. */
function split(op: OperatorCall, graph: GraphBuilder): GraphValue[] {
  const x = op.input('x');
  const dims = op.dims(x);
  const axis = op.axis('axis', dims.length, 0);
  const count = op.outputCount('out');
  const sections = op.numbers('sections') ?? [];
  const known = (at: number): readonly number[] =>
    dims.map((dim, i) => (i === axis ? (sections[at] ?? (dim > 0 ? dim / count : -1)) : dim));
  const results = Array.from({ length: count }, (_, at) => ({ type: x.type, dims: known(at) }));
  if (count === 1) return [x];
  if (op.list('sections').length && !sections.length)
    return graph.multi('Split', [x, op.sizes('sections')], { axis }, results.map(({ type }) => ({ type }))); // prettier-ignore
  if (!sections.length) {
    if (dims[axis]! > 0 && dims[axis]! % count !== 0)
      throw op.fail(`an axis that ${count} parts divide`, `${dims[axis]}`);
    return graph.multi('Split', [x], { axis, num_outputs: count }, results);
  }
  if (sections.length !== count) throw op.fail(`${count} sections`, `${sections.length}`);
  const rest = sections.indexOf(-1);
  const given = sections.filter((size) => size >= 0).reduce((sum, size) => sum + size, 0);
  if (rest < 0) return graph.multi('Split', [x, graph.ints(sections)], { axis }, results);
  const left = graph.withNumber('Sub', graph.size(x, axis), given);
  const sizes = graph.concat(sections.map((size) => (size === -1 ? left : graph.ints([size]))), 0); // prettier-ignore
  return graph.multi('Split', [x, sizes], { axis }, results.map(({ type }, at) => (at === rest ? { type } : results[at]!))); // prettier-ignore
}

function unbind(op: OperatorCall, graph: GraphBuilder): GraphValue[] {
  const x = op.input('x');
  const axis = op.axis('axis', op.rank(x), 0);
  return Array.from({ length: op.outputCount('out') }, (_, at) =>
    graph.node('Gather', [x, graph.scalar(at, 'int64')], { axis }),
  );
}

/** -1 keeps an axis; the shape is aligned at the end. */
function expand(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const known = op.numbers('shape');
  if (known) return graph.node('Expand', [x, graph.ints(known.map((dim) => (dim < 0 ? 1 : dim)))]);
  const shape = op.sizes('shape');
  if (!shape) throw op.fail('a shape', 'none');
  const keeps = graph.withNumber('Less', shape, 0);
  const target = graph.node('Where', [keeps, graph.scalar(1, 'int64'), shape]);
  return graph.node('Expand', [x, target], {}, { dims: undefined });
}

/** Repeats and axes are aligned at the end. */
function tile(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const rank = op.rank(x);
  const repeats = op.sizes('repeat_times');
  const count = repeats?.dims?.[0] ?? -1;
  if (!repeats || count < 0) throw op.fail('repeats of a known number', 'none');
  const behind = count > rank ? graph.unsqueeze(x, Array.from({ length: count - rank }, (_, at) => at)) : x; // prettier-ignore
  const padded =
    count < rank ? graph.concat([graph.ints(new Array<number>(rank - count).fill(1)), repeats], 0) : repeats;
  return graph.node(
    'Tile',
    [behind, padded],
    {},
    { dims: new Array<number>(Math.max(rank, count)).fill(-1) },
  );
}

/** Shapes, and what only moves elements. */
export const SHAPE = {
  reshape: {
    inputs: { x: 'X', shape: ['ShapeTensor', 'Shape'] },
    outputs: OUT,
    old: ['reshape2', 'reshape'],
    pir: ['reshape', 'view_shape'],
    convert: reshape,
  },
  transpose: {
    inputs: X,
    outputs: OUT,
    old: ['transpose2', 'transpose'],
    attributes: { perm: 'axis' },
    convert: (op, graph) => {
      const x = op.input('x');
      const perm = op.ints('perm').map((axis) => op.axisOf(axis, op.rank(x)));
      if (perm.length !== op.rank(x) || new Set(perm).size !== perm.length)
        throw op.fail(`an order of ${op.rank(x)} axes`, `[${perm.join(', ')}]`);
      return graph.transpose(x, perm);
    },
  },
  squeeze: {
    inputs: { x: 'X', axis: [] },
    outputs: OUT,
    old: ['squeeze2', 'squeeze'],
    attributes: { axis: 'axes' },
    convert: squeeze,
  },
  unsqueeze: {
    inputs: { x: 'X', axis: ['AxesTensorList', 'AxesTensor'] },
    outputs: OUT,
    old: ['unsqueeze2', 'unsqueeze'],
    attributes: { axis: 'axes' },
    convert: unsqueeze,
  },
  flatten: { inputs: X, outputs: OUT, old: ['flatten_contiguous_range'], convert: flatten },
  /** The old one, whose result always has two axes. */
  flatten_to_matrix: {
    inputs: X,
    outputs: OUT,
    old: ['flatten2', 'flatten'],
    pir: [],
    convert: (op, graph) =>
      graph.node('Flatten', [op.input('x')], { axis: op.int('axis', 1) }, { dims: [-1, -1] }),
  },
  concat: { inputs: { x: 'X', axis: 'AxisTensor' }, outputs: OUT, convert: concat },
  stack: { inputs: X, outputs: { out: 'Y' }, convert: stack },
  split: {
    inputs: { x: 'X', sections: 'SectionsTensorList', axis: 'AxisTensor' },
    outputs: OUT,
    convert: (op, graph) => ({ out: split(op, graph) }),
  },
  split_with_num: {
    inputs: { x: 'X', axis: 'AxisTensor' },
    outputs: OUT,
    convert: (op, graph) => ({ out: split(op, graph) }),
  },
  unstack: {
    inputs: X,
    outputs: { out: 'Y' },
    convert: (op, graph) => ({ out: unbind(op, graph) }),
  },
  unbind: { inputs: X, outputs: OUT, convert: (op, graph) => ({ out: unbind(op, graph) }) },
  expand: {
    inputs: { x: 'X', shape: ['expand_shapes_tensor', 'Shape'] },
    outputs: OUT,
    old: ['expand_v2'],
    convert: expand,
  },
  expand_as: {
    inputs: { x: 'X', y: 'Y' },
    outputs: OUT,
    old: ['expand_as_v2'],
    convert: (op, graph) => {
      const y = op.optional('y');
      const target = y ? graph.shape(y) : graph.ints(op.ints('target_shape').map((dim) => Math.max(1, dim)));
      return graph.node('Expand', [op.input('x'), target]);
    },
  },
  broadcast_tensors: {
    inputs: { input: 'X' },
    outputs: OUT,
    convert: (op, graph) => {
      const values = op.list('input');
      // The common shape is that of their sum; multiplied by nothing but ones it costs no data.
      const ones = values.map((value) =>
        graph.node('Expand', [graph.scalar(1, 'int64'), graph.shape(value)]),
      );
      const common = graph.shape(ones.reduce((all, one) => graph.node('Mul', [all, one])));
      return { out: values.map((value) => graph.node('Expand', [value, common])) };
    },
  },
  tile: {
    inputs: { x: 'X', repeat_times: ['repeat_times_tensor', 'RepeatTimes'] },
    outputs: OUT,
    convert: tile,
  },
  /** Paddle 1's name for it. */
  expand_v1: {
    inputs: { x: 'X', repeat_times: ['expand_times_tensor', 'ExpandTimes'] },
    outputs: OUT,
    old: ['expand'],
    pir: [],
    attributes: { repeat_times: 'expand_times' },
    convert: tile,
  },
  /** int32 in the old format, int64 since Paddle 3.2 (`shape64`). */
  shape: {
    inputs: { input: 'Input' },
    outputs: OUT,
    pir: ['shape', 'shape64'],
    convert: (op, graph) =>
      graph.cast(graph.shape(op.input('input')), op.foundAs === 'shape64' ? 'int64' : 'int32'),
  },
  numel: {
    inputs: { x: 'Input' },
    outputs: { size: 'Out' },
    old: ['size'],
    convert: (op, graph) => graph.node('Size', [op.input('x')]),
  },
  assign: {
    inputs: X,
    outputs: OUT,
    pir: ['assign', 'assign_out_', 'share_data_'],
    convert: (op) => op.input('x'),
  },
  cast: {
    inputs: X,
    outputs: OUT,
    attributes: { dtype: 'out_dtype' },
    convert: (op, graph) => {
      const x = op.input('x');
      const type = op.type('dtype', x.type);
      // Not a number becomes true; ONNX leaves that open.
      const nan = type === 'bool' && isFloat(x.type);
      return nan ? graph.node('Not', [graph.withNumber('Equal', x, 0)]) : graph.cast(x, type);
    },
  },
} satisfies OperatorTable;
