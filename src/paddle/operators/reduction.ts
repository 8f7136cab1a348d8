import type { TensorType } from '../../contracts/tensor.js';
import type { GraphBuilder } from '../graph/builder.js';
import { isFloat } from '../graph/values.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT, X } from './definition.js';
import type { OperatorDefinition, OperatorTable } from './definition.js';

/** Reduces over the operator's axes in a type that ONNX Runtime can, and gives the result in the type it should have. */
function reduce(
  op: OperatorCall,
  graph: GraphBuilder,
  onnx: string,
  within: (type: TensorType) => TensorType,
  result: (type: TensorType) => TensorType,
): GraphValue {
  const x = op.input('x');
  const keep = op.bool('keepdim', false);
  const computed = graph.cast(x, within(x.type));
  const reduced = x.dims
    ? graph.reduce(onnx, computed, op.axes('axis', x.dims.length), keep)
    : graph.node(onnx, [computed, graph.ints(op.ints('axis', []))], { keepdims: keep ? 1 : 0 });
  return graph.cast(reduced, result(x.type));
}

const AXES = { inputs: { x: 'X', axis: ['AxisTensorList', 'AxisTensor'] }, outputs: OUT } as const;
const OLD_NAMES = { attributes: { axis: 'dim', keepdim: 'keep_dim' } } as const;

const same = (type: TensorType): TensorType => type;
const asFloat = (type: TensorType): TensorType => (isFloat(type) ? type : 'float32');
const isNarrow = (type: TensorType): boolean =>
  type === 'bool' || type === 'int8' || type === 'uint8' || type === 'int16';
const widened = (type: TensorType): TensorType => (isNarrow(type) ? 'int32' : type);
const summed = (type: TensorType): TensorType => (isNarrow(type) || type === 'int32' ? 'int64' : type);

const reduction = (old: string, convert: OperatorDefinition['convert']): OperatorDefinition => ({
  ...AXES,
  ...OLD_NAMES,
  old: [old],
  convert,
});

const extreme =
  (onnx: string): OperatorDefinition['convert'] =>
  (op, graph) =>
    reduce(op, graph, onnx, widened, same);

/** Sums of small integers are int64, unless a type is asked for. */
function total(op: OperatorCall, graph: GraphBuilder, onnx: string): GraphValue {
  const asked = op.type('dtype', op.type('out_dtype', summed(op.input('x').type)));
  return reduce(op, graph, onnx, () => asked, () => asked); // prettier-ignore
}

/** Reductions over axes. */
export const REDUCTION = {
  mean: reduction('reduce_mean', (op, graph) => reduce(op, graph, 'ReduceMean', asFloat, same)),
  sum: reduction('reduce_sum', (op, graph) => total(op, graph, 'ReduceSum')),
  prod: reduction('reduce_prod', (op, graph) => total(op, graph, 'ReduceProd')),
  max: reduction('reduce_max', extreme('ReduceMax')),
  min: reduction('reduce_min', extreme('ReduceMin')),
  amax: reduction('reduce_amax', extreme('ReduceMax')),
  amin: reduction('reduce_amin', extreme('ReduceMin')),
  any: reduction('reduce_any', (op, graph) =>
    reduce(op, graph, 'ReduceMax', () => 'int32', () => 'bool'),
  ), // prettier-ignore
  all: reduction('reduce_all', (op, graph) =>
    reduce(op, graph, 'ReduceMin', () => 'int32', () => 'bool'),
  ), // prettier-ignore
  mean_all: {
    inputs: X,
    outputs: OUT,
    old: ['mean'],
    convert: (op, graph) =>
      graph.node('ReduceMean', [op.input('x')], { keepdims: 0 }, { dims: op.declared('out')?.dims ?? [] }),
  },
  logsumexp: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      // The largest is taken out first: exp of what is left cannot overflow.
      const x = op.input('x');
      const axes = op.axes('axis', op.rank(x));
      const keep = op.bool('keepdim', false);
      const most = graph.reduce('ReduceMax', x, axes, true);
      const rest = graph.reduce('ReduceSum', graph.node('Exp', [graph.node('Sub', [x, most])]), axes, keep);
      const log = graph.node('Log', [rest]);
      return graph.node('Add', [log, keep ? most : graph.squeeze(most, axes)]);
    },
  },
  frobenius_norm: {
    ...AXES,
    attributes: { axis: 'dim', keepdim: 'keep_dim' },
    convert: (op, graph) => {
      const x = op.input('x');
      const keep = op.bool('keepdim', op.bool('keep_dim', false));
      return graph.reduce('ReduceL2', x, op.axes('axis', op.rank(x)), keep);
    },
  },
  /** Running sums along an axis, or over all elements in their order. */
  cumsum: {
    inputs: { x: 'X', axis: [] },
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const flat = op.bool('flatten', false) ? graph.reshape(x, [-1]) : x;
      const axis = graph.scalar(op.bool('flatten', false) ? 0 : op.int('axis', -1), 'int64');
      const flag = (name: string): number => (op.bool(name, false) ? 1 : 0);
      const wide = graph.cast(flat, isNarrow(flat.type) ? 'int64' : flat.type);
      const sums = graph.node('CumSum', [wide, axis], {
        exclusive: flag('exclusive'),
        reverse: flag('reverse'),
      });
      return sums;
    },
  },
} satisfies OperatorTable;
