import type { GraphBuilder } from '../graph/builder.js';
import { shapeWith } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT, X } from './definition.js';
import type { OperatorTable } from './definition.js';

/** Beyond any size: "to the end", or with a minus "to the start". */
const INT32_MAX = 2 ** 31 - 1;

/** x[starts:ends:strides] along axes. Any of them may be computed at run time. */
function sliced(
  op: OperatorCall,
  graph: GraphBuilder,
  x: GraphValue,
  axes: readonly number[],
  decreased: readonly number[],
  withStrides: boolean,
): GraphValue {
  if (axes.length === 0) return x;
  const read = (name: string): GraphValue => {
    const value = op.sizes(name);
    const count = value?.dims?.[0];
    if (!value || (count !== undefined && count >= 0 && count !== axes.length))
      throw op.fail(`${axes.length} ${name}`, `${count ?? 'none'}`);
    return value;
  };
  const [starts, ends] = [read('starts'), read('ends')];
  const strides = withStrides ? read('strides') : undefined;
  const known = op.numbers('strides') ?? [];
  if (withStrides && known.includes(0)) throw op.fail('strides other than 0', `[${known.join(', ')}]`);
  const stop = meantEnds(op, graph, x, axes, decreased, known) ?? ends;
  return graph.node('Slice', [x, starts, stop, graph.ints(axes), strides]);
}

/** Ends that the old format writes in a way of its own. */
function meantEnds(
  op: OperatorCall,
  graph: GraphBuilder,
  x: GraphValue,
  axes: readonly number[],
  decreased: readonly number[],
  strides: readonly number[],
): GraphValue | undefined {
  const [starts, ends] = [op.numbers('starts'), op.numbers('ends')];
  if (!op.isOldFormat || !ends) return undefined;
  const meant = ends.map((end, at) => {
    const size = x.dims?.[axes[at]!] ?? -1;
    const backwards = (strides[at] ?? 1) < 0;
    if (backwards && end === -1) return -INT32_MAX; // to the first element, which counts
    if (backwards && size >= 0 && end + size < 0) return 0; // to the first element, which does not
    const single = end === 0 && starts?.[at] === -1 && decreased.includes(axes[at]!);
    return single ? INT32_MAX : end; // x[-1] in very old exports
  });
  return graph.ints(meant);
}

function slice(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('input');
  const decreased = op.ints('decrease_axis', []);
  const rank = op.rank(x);
  const axes = op.ints('axes').map((axis) => op.axisOf(axis, rank));
  const part = sliced(op, graph, x, axes, decreased, false);
  return decreasedTo(op, graph, part, decreased.map((axis) => op.axisOf(axis, rank))); // prettier-ignore
}

/** Axes of one element taken away. Programs of Paddle before 2.5 keep one axis where none would be left. */
function decreasedTo(
  op: OperatorCall,
  graph: GraphBuilder,
  part: GraphValue,
  axes: readonly number[],
): GraphValue {
  const declared = op.declared('out')?.dims;
  const all = axes.length > 0 && axes.length === op.rank(part);
  return all && declared?.length === 1 ? graph.reshape(part, [1]) : graph.squeeze(part, axes);
}

function stridedSlice(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const rank = op.rank(x);
  const axes = op.ints('axes').map((axis) => op.axisOf(axis, rank));
  const decreased = op.ints('decrease_axis', []).map((axis) => op.axisOf(axis, rank));
  return decreasedTo(op, graph, sliced(op, graph, x, axes, decreased, true), decreased);
}

function gather(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const axis = op.axis('axis', op.rank(x), 0);
  const index = op.input('index');
  // An index of [n, 1] counts as a vector.
  const flat = (index.dims?.length ?? 1) > 1 ? graph.reshape(index, [-1]) : index;
  return graph.node('Gather', [x, flat], { axis });
}

/** The index spread over x on all other axes. */
function alongAxis(
  op: OperatorCall,
  graph: GraphBuilder,
  x: GraphValue,
  index: GraphValue,
  axis: number,
): GraphValue {
  const wide = graph.cast(index, 'int64');
  const fits = op.dims(x).every((dim, at) => at === axis || (dim > 0 && dim === index.dims?.[at]));
  if (fits || !op.bool('broadcast', true)) return wide;
  const shape = shapeWith(graph, x, op.dims(x).map((dim, at) => (at === axis ? 1 : dim > 0 ? dim : { of: at }))); // prettier-ignore
  const known = op.dims(x).map((dim, at) => (at === axis ? (index.dims?.[at] ?? -1) : dim));
  return graph.node('Expand', [wide, shape], {}, { dims: known });
}

const REDUCTIONS: Readonly<Record<string, string>> = {
  assign: 'none', add: 'add', sum: 'add', mul: 'mul', multiply: 'mul', amax: 'max', max: 'max', amin: 'min', min: 'min',
}; // prettier-ignore

function putAlongAxis(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('arr');
  const axis = op.axis('axis', op.rank(x), 0);
  const name = op.string('reduce', 'assign');
  const reduction = REDUCTIONS[name];
  if (reduction === undefined) throw op.unsupported(`reduces by ${name}`);
  if (!op.bool('include_self', true) && reduction !== 'none')
    throw op.unsupported('leaves the written elements out of the reduction');
  const index = alongAxis(op, graph, x, op.input('indices'), axis);
  const values = graph.node(
    'Expand',
    [graph.cast(op.input('values'), x.type), graph.shape(index)],
    {},
    { dims: index.dims },
  );
  return graph.node('ScatterElements', [x, index, values], { axis, reduction });
}

/** Rows of x replaced, or (without `overwrite`) zeroed and then summed up. */
function scatter(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [x, updates] = [op.input('x'), op.input('updates')];
  const index = graph.reshape(graph.cast(op.input('index'), 'int64'), [-1, 1]);
  if (op.bool('overwrite', true)) return graph.node('ScatterND', [x, index, updates]);
  const zeros = graph.node('Mul', [updates, graph.scalar(0, updates.type)]);
  const cleared = graph.node('ScatterND', [x, index, zeros]);
  return graph.node('ScatterND', [cleared, index, updates], { reduction: 'add' });
}

/** Rows of a table; those of `padding_idx` read as zeros. */
function embedding(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [ids, table] = [op.input('x'), op.input('weight')];
  const legacy = op.foundAs === 'lookup_table'; // its ids have a last axis of 1
  const index = legacy ? graph.squeeze(ids, [op.rank(ids) - 1]) : ids;
  const rows = graph.node('Gather', [table, index], { axis: 0 });
  const padding = op.int('padding_idx', -1);
  if (padding === -1) return rows;
  const isPadding = graph.unsqueeze(graph.withNumber('Equal', index, padding), [op.rank(index)]);
  return graph.node('Where', [isPadding, graph.scalar(0, table.type), rows], {}, { dims: rows.dims });
}

function roll(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const shifts = op.ints('shifts');
  const axes = op.ints('axis', []);
  if (axes.length === 0) {
    const flat = rolled(graph, graph.reshape(x, [-1]), 0, shifts[0] ?? 0);
    return graph.reshape(flat, graph.shape(x));
  }
  return axes.reduce(
    (value, axis, at) => rolled(graph, value, op.axisOf(axis, op.rank(x)), shifts[at] ?? 0),
    x,
  );
}

/** Elements moved by `shift` places, those that leave at one end come back at the other. */
function rolled(graph: GraphBuilder, x: GraphValue, axis: number, shift: number): GraphValue {
  if (shift === 0) return x;
  const size = graph.size(x, axis);
  const cut = graph.node('Sub', [size, graph.node('Mod', [graph.ints([shift]), size])]);
  const zero = graph.ints([0]);
  const at = graph.ints([axis]);
  const behind = graph.node('Slice', [x, cut, size, at]);
  const front = graph.node('Slice', [x, zero, cut, at]);
  return graph.node('Concat', [behind, front], { axis }, { dims: x.dims });
}

/** Parts of tensors, by position. */
export const INDEXING = {
  slice: {
    inputs: {
      input: 'Input',
      starts: ['StartsTensor', 'StartsTensorList'],
      ends: ['EndsTensor', 'EndsTensorList'],
    },
    outputs: OUT,
    convert: slice,
  },
  strided_slice: {
    inputs: {
      x: 'Input',
      starts: ['StartsTensor', 'StartsTensorList'],
      ends: ['EndsTensor', 'EndsTensorList'],
      strides: ['StridesTensor', 'StridesTensorList'],
    },
    outputs: OUT,
    convert: stridedSlice,
  },
  gather: { inputs: { x: 'X', index: 'Index', axis: 'Axis' }, outputs: OUT, convert: gather },
  gather_nd: {
    inputs: { x: 'X', index: 'Index' },
    outputs: OUT,
    convert: (op, graph) =>
      graph.node(
        'GatherND',
        [op.input('x'), graph.cast(op.input('index'), 'int64')],
        {},
        { dims: op.declared('out')?.dims },
      ),
  },
  index_select: {
    inputs: { x: 'X', index: 'Index' },
    outputs: OUT,
    attributes: { axis: 'dim' },
    convert: gather,
  },
  index_sample: {
    inputs: { x: 'X', index: 'Index' },
    outputs: OUT,
    convert: (op, graph) => graph.node('GatherElements', [op.input('x'), op.input('index')], { axis: 1 }),
  },
  take_along_axis: {
    inputs: { arr: 'Input', indices: 'Index' },
    outputs: { out: 'Result' },
    attributes: { axis: 'Axis' },
    convert: (op, graph) => {
      const x = op.input('arr');
      const axis = op.axis('axis', op.rank(x));
      return graph.node('GatherElements', [x, alongAxis(op, graph, x, op.input('indices'), axis)], { axis });
    },
  },
  put_along_axis: {
    inputs: { arr: 'Input', indices: 'Index', values: 'Value' },
    outputs: { out: 'Result' },
    attributes: { axis: 'Axis', reduce: 'Reduce', include_self: 'Include_self' },
    convert: putAlongAxis,
  },
  scatter: { inputs: { x: 'X', index: 'Ids', updates: 'Updates' }, outputs: OUT, convert: scatter },
  scatter_nd_add: {
    inputs: { x: 'X', index: 'Index', updates: 'Updates' },
    outputs: OUT,
    convert: (op, graph) =>
      graph.node('ScatterND', [op.input('x'), graph.cast(op.input('index'), 'int64'), op.input('updates')], {
        reduction: 'add',
      }),
  },
  embedding: {
    inputs: { x: 'Ids', weight: 'W' },
    outputs: OUT,
    old: ['lookup_table_v2', 'lookup_table'],
    convert: embedding,
  },
  flip: {
    inputs: X,
    outputs: OUT,
    old: ['flip', 'reverse'],
    pir: ['flip', 'reverse'],
    convert: (op, graph) => {
      const x = op.input('x');
      const axes = op.ints('axis').map((axis) => op.axisOf(axis, op.rank(x)));
      const repeat = (value: number): GraphValue => graph.ints(axes.map(() => value));
      return graph.node(
        'Slice',
        [x, repeat(-1), repeat(-(2 ** 31)), graph.ints(axes), repeat(-1)],
        {},
        { dims: x.dims },
      );
    },
  },
  roll: { inputs: { x: 'X', shifts: 'ShiftsTensor' }, outputs: OUT, convert: roll },
} satisfies OperatorTable;
