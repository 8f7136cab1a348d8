import type { TensorType } from '../../contracts/tensor.js';
import type { GraphBuilder } from '../graph/builder.js';
import { rangeTo } from '../graph/compositions.js';
import { sizeOf } from '../graph/values.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT, X } from './definition.js';
import type { OperatorTable } from './definition.js';

/** Larger constants are made at run time, so that a number in the file cannot ask for any amount of memory. */
const LARGEST_CONSTANT = 1 << 16;

/** A tensor of one value and any shape. */
export function filled(
  graph: GraphBuilder,
  value: GraphValue,
  shape: GraphValue,
  known?: readonly number[],
): GraphValue {
  return graph.node('Expand', [value, shape], {}, { type: value.type, dims: known });
}

/** The value to fill with. The old format has it twice: the text is exact, the float is not. */
function fillValue(op: OperatorCall, type: TensorType): number | bigint {
  const text = op.attribute('str_value');
  if (typeof text !== 'string' || text === '') return op.float('value', 0);
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const named: Record<string, number> = { inf: Infinity, '-inf': -Infinity, nan: NaN };
  const value = named[text.toLowerCase()] ?? Number(text);
  if (Number.isNaN(value) && text.toLowerCase() !== 'nan') throw op.fail(`a number of type ${type}`, text);
  return value;
}

function full(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const type = op.type('dtype', 'float32');
  const shape = op.numbers('shape');
  const given = op.optional('value');
  if (shape?.every((dim) => dim >= 0) && sizeOf(shape) <= LARGEST_CONSTANT && !given)
    return graph.constant(type, shape, [fillValue(op, type)]);
  if (shape?.some((dim) => dim < 0)) throw op.fail('a shape without free sizes', `[${shape.join(', ')}]`);
  const value = given ? op.scalar('value', type) : graph.scalar(fillValue(op, type), type);
  return filled(graph, value, op.sizes('shape') ?? graph.ints([]), shape);
}

/** A tensor of listed values; the old format has a list for each type. */
function assignedValues(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const type = op.type('dtype', 'float32');
  const shape = op.ints('shape');
  const lists = [
    'values',
    'fp32_values',
    'fp64_values',
    'int32_values',
    'int64_values',
    'bool_values',
    'int8_values',
  ];
  const values =
    lists.map((name) => op.attribute(name)).find((list) => Array.isArray(list) && list.length > 0) ?? [];
  const numbers = (values as readonly (number | bigint | boolean)[]).map((value) =>
    typeof value === 'boolean' ? Number(value) : value,
  );
  if (shape.some((dim) => dim < 0) || numbers.length !== sizeOf(shape))
    throw op.fail(`values for the shape [${shape.join(', ')}]`, `${numbers.length}`);
  return graph.constant(type, shape, numbers);
}

/** The shape of the operand, one axis of it taken from the input. */
function fullBatchSizeLike(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const type = op.type('dtype', 'float32');
  const shape = op.ints('shape');
  const at = op.axis('output_dim_idx', shape.length, 0);
  const size = graph.size(op.input('input'), op.int('input_dim_idx', 0));
  const parts = shape.map((dim, axis) => (axis === at ? size : graph.ints([dim])));
  const known = shape.map((dim, axis) => (axis === at ? -1 : dim));
  return filled(graph, graph.scalar(fillValue(op, type), type), graph.concat(parts, 0), known);
}

function arange(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const declared = op.optional('start')?.type ?? op.declared('out')?.type ?? 'int64';
  const type = op.isOldFormat ? declared : op.type('dtype', declared);
  // ONNX has ranges of 16 to 64 bit integers and of floats only.
  const wide = type === 'float16' ? 'float32' : type;
  const [start, end, step] = [
    op.scalar('start', wide, 0),
    op.scalar('end', wide),
    op.scalar('step', wide, 1),
  ];
  return graph.cast(graph.node('Range', [start, end, step], {}, { type: wide, dims: [-1] }), type);
}

/** start + i step; the second half counted from the end, as Paddle does, so that the last value is exact. */
function linspace(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const type = op.type('dtype', op.optional('start')?.type ?? 'float32');
  const real = type === 'float64' ? 'float64' : 'float32';
  const [start, stop] = [op.scalar('start', real), op.scalar('stop', real)];
  const count = op.scalar('number', 'int64');
  const gaps = graph.node('Max', [graph.withNumber('Sub', count, 1), graph.scalar(1, 'int64')]);
  const step = graph.node('Div', [graph.node('Sub', [stop, start]), graph.cast(gaps, real)]);
  const index = rangeTo(graph, count);
  const forward = graph.node('Add', [start, graph.node('Mul', [graph.cast(index, real), step])]);
  const left = graph.node('Sub', [graph.withNumber('Sub', count, 1), index]);
  const backward = graph.node('Sub', [stop, graph.node('Mul', [graph.cast(left, real), step])]);
  const first = graph.node('Less', [index, graph.withNumber('Div', count, 2)]);
  const single = graph.withNumber('Equal', count, 1);
  const values = graph.node('Where', [graph.node('Or', [first, single]), forward, backward]);
  return graph.cast(values, type);
}

function eye(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const type = op.type('dtype', 'float32');
  const rows = op.int('num_rows');
  const given = op.int('num_columns', -1);
  const columns = given < 0 ? rows : given;
  if (rows < 0 || rows * columns > LARGEST_CONSTANT * 16)
    throw op.fail('a matrix of possible size', `${rows} x ${columns}`);
  const values = Array.from({ length: rows * columns }, (_, at) =>
    Math.floor(at / columns) === at % columns ? 1 : 0,
  );
  return graph.constant(type, [rows, columns], values);
}

function triangle(op: OperatorCall, graph: GraphBuilder, upper: boolean): GraphValue {
  const x = op.input('x');
  const k = graph.scalar(op.int('diagonal', 0), 'int64');
  // onnxruntime has triangles of some types only.
  const kept = x.type === 'bool' || x.type === 'int32' ? graph.cast(x, 'int64') : x;
  return graph.cast(graph.node('Trilu', [kept, k], { upper: upper ? 1 : 0 }), x.type);
}

const FILL = {
  inputs: { value: 'ValueTensor', shape: ['ShapeTensorList', 'ShapeTensor'] },
  outputs: OUT,
} as const;

/** Tensors that are made from nothing. */
export const CREATION = {
  full: { inputs: {}, outputs: OUT, old: [], pir: ['full'], convert: full },
  full_with_tensor: { ...FILL, old: ['fill_constant'], convert: full },
  /** Overwrites its operand. */
  full_: { inputs: { output: [] }, outputs: OUT, old: [], convert: full },
  full_int_array: {
    inputs: {},
    outputs: OUT,
    convert: (op, graph) => {
      const values = op.ints('value', []);
      return graph.constant(op.type('dtype', 'int64'), [values.length], values);
    },
  },
  full_like: {
    inputs: { x: 'X', value: [] },
    outputs: OUT,
    old: ['fill_any_like', 'fill_zeros_like'],
    convert: (op, graph) => {
      const x = op.input('x');
      const type = op.type('dtype', x.type);
      const value = op.scalar('value', type, 0);
      return filled(graph, value, graph.shape(x), x.dims);
    },
  },
  full_batch_size_like: {
    inputs: { input: 'Input' },
    outputs: OUT,
    old: ['fill_constant_batch_size_like'],
    convert: fullBatchSizeLike,
  },
  assign_value: { inputs: { output: [] }, outputs: OUT, convert: assignedValues },
  arange: {
    inputs: { start: 'Start', end: 'End', step: 'Step' },
    outputs: OUT,
    old: ['range'],
    convert: arange,
  },
  linspace: {
    inputs: { start: 'Start', stop: 'Stop', number: 'Num' },
    outputs: OUT,
    convert: linspace,
  },
  eye: { inputs: { num_rows: [], num_columns: [] }, outputs: OUT, convert: eye },
  tril: { inputs: X, outputs: OUT, old: [], convert: (op, graph) => triangle(op, graph, false) },
  triu: { inputs: X, outputs: OUT, old: [], convert: (op, graph) => triangle(op, graph, true) },
  tril_triu: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => triangle(op, graph, !op.bool('lower', true)),
  },
  meshgrid: {
    inputs: { inputs: 'X' },
    outputs: OUT,
    convert: (op, graph) => {
      const values = op.list('inputs').map((value) => graph.reshape(value, [-1]));
      const shape = graph.concat(values.map((value) => graph.shape(value)), 0); // prettier-ignore
      const known = values.map((value) => value.dims?.[0] ?? -1);
      const grid = (value: GraphValue, at: number): GraphValue =>
        graph.reshape(value, values.map((_, axis) => (axis === at ? -1 : 1))); // prettier-ignore
      return { out: values.map((value, at) => filled(graph, grid(value, at), shape, known)) };
    },
  },
} satisfies OperatorTable;
