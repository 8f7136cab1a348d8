import type { GraphBuilder } from '../graph/builder.js';
import { rangeTo } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT } from './definition.js';
import type { OperatorTable } from './definition.js';

/**
 * x with x[starts:ends:steps] replaced. The places are what slicing a tensor of running numbers gives, so every kind of
 * start, end and step means here what it means in a slice, also at run time.
 */
function setValue(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const rank = op.rank(x);
  const axes = op.ints('axes').map((axis) => op.axisOf(axis, rank));
  const count = graph.node('Size', [x], {}, { dims: [] });
  const numbers = graph.reshape(rangeTo(graph, count), graph.shape(x));
  const bound = (name: string): GraphValue => op.sizes(name) ?? graph.ints([]);
  const places = axes.length
    ? graph.node('Slice', [numbers, bound('starts'), bound('ends'), graph.ints(axes), bound('steps')])
    : numbers;
  const decreased = op.ints('decrease_axes', []).map((axis) => op.axisOf(axis, rank));
  const inserted = op.ints('none_axes', []);
  const target = graph.unsqueeze(graph.squeeze(places, decreased), inserted);
  const value = graph.cast(newValue(op, graph, x), x.type);
  const spread = graph.node('Expand', [value, graph.shape(target)], {}, { dims: undefined });
  const flat = (v: GraphValue): GraphValue => graph.reshape(v, [-1]);
  const replaced = graph.node('ScatterElements', [flat(x), flat(target), flat(spread)], { axis: 0 });
  const result = graph.reshape(replaced, graph.shape(x));
  return result;
}

/** A tensor, or numbers in an attribute; the old format has a list for each type. */
function newValue(op: OperatorCall, graph: GraphBuilder, x: GraphValue): GraphValue {
  const tensor = op.optional('values');
  if (tensor) return leadingOnesDropped(op, graph, tensor, x);
  const lists = [
    'values',
    'fp32_values',
    'fp64_values',
    'int32_values',
    'int64_values',
    'bool_values',
    'fp16_values',
  ];
  const values = lists.map((name) => op.numbers(name)).find((list) => list && list.length > 0);
  if (!values) throw op.fail('a value to set', 'none');
  const shape = op.ints('shape', []);
  return graph.constant(x.type, values.length === 1 && shape.length === 0 ? [] : shape, values);
}

/** Paddle also takes a value with more axes than its place, where those in front are 1. */
function leadingOnesDropped(
  op: OperatorCall,
  graph: GraphBuilder,
  value: GraphValue,
  x: GraphValue,
): GraphValue {
  const room = op.rank(x) - op.ints('decrease_axes', []).length + op.ints('none_axes', []).length;
  const excess = (value.dims?.length ?? 0) - room;
  return excess > 0 ? graph.squeeze(value, Array.from({ length: excess }, (_, at) => at)) : value; // prettier-ignore
}

const BOUNDS = {
  starts: 'StartsTensorList',
  ends: 'EndsTensorList',
  steps: 'StepsTensorList',
} as const;

/** Assignment to a part of a tensor. */
export const ASSIGNMENT = {
  set_value: { inputs: { x: 'Input', ...BOUNDS }, outputs: OUT, old: [], convert: setValue },
  set_value_with_tensor: {
    inputs: { x: 'Input', values: 'ValueTensor', ...BOUNDS },
    outputs: OUT,
    old: ['set_value'],
    convert: setValue,
  },
} satisfies OperatorTable;
