import type { GraphBuilder } from '../graph/builder.js';
import { promoted } from '../graph/compositions.js';
import { isFloat } from '../graph/values.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT, X, XY } from './definition.js';
import type { OperatorDefinition, OperatorTable } from './definition.js';

/**
 * Both operands of an elementwise operator in one type and ready for numpy's broadcasting. The old format's `axis` says
 * at which axis of X the first one of Y stands: Y then needs 1s behind.
 */
export function operands(op: OperatorCall, graph: GraphBuilder): [GraphValue, GraphValue] {
  const [x, y] = promoted(graph, op.input('x'), op.input('y'));
  const axis = op.int('axis', -1);
  if (axis === -1 || !x.dims || !y.dims || x.dims.length <= y.dims.length) return [x, y];
  const missing = x.dims.length - y.dims.length - axis;
  if (missing <= 0) return [x, y];
  const behind = Array.from({ length: missing }, (_, at) => y.dims!.length + at);
  return [x, graph.unsqueeze(y, behind)];
}

const binary = (onnx: string, old: string): OperatorDefinition => ({
  inputs: XY,
  outputs: OUT,
  old: [old],
  convert: (op, graph) => graph.node(onnx, operands(op, graph)),
});

/** floor(x / y), whatever the signs: ONNX cuts integers towards zero. */
function floorDivide(graph: GraphBuilder, x: GraphValue, y: GraphValue): GraphValue {
  if (isFloat(x.type)) return graph.node('Floor', [graph.node('Div', [x, y])]);
  const rest = graph.node('Mod', [x, y]); // takes the divisor's sign, so x - rest divides evenly
  return graph.node('Div', [graph.node('Sub', [x, rest]), y]);
}

/** Elementwise arithmetic. */
export const ARITHMETIC = {
  add: binary('Add', 'elementwise_add'),
  subtract: binary('Sub', 'elementwise_sub'),
  multiply: binary('Mul', 'elementwise_mul'),
  maximum: binary('Max', 'elementwise_max'),
  minimum: binary('Min', 'elementwise_min'),
  fmax: binary('Max', 'elementwise_fmax'),
  fmin: binary('Min', 'elementwise_fmin'),
  elementwise_pow: binary('Pow', 'elementwise_pow'),
  /** Integers: cut towards zero by Paddle 2; divided as floats by Paddle 3, whose result type says so. */
  divide: {
    inputs: XY,
    outputs: OUT,
    old: ['elementwise_div'],
    convert: (op, graph) => {
      const [x, y] = operands(op, graph);
      const type = op.declared('out')?.type;
      const asFloat = !isFloat(x.type) && type !== undefined && isFloat(type);
      return graph.node('Div', asFloat ? [graph.cast(x, type), graph.cast(y, type)] : [x, y]);
    },
  },
  floor_divide: {
    inputs: XY,
    outputs: OUT,
    old: ['elementwise_floordiv'],
    convert: (op, graph) => floorDivide(graph, ...operands(op, graph)),
  },
  /** The result takes the divisor's sign. */
  remainder: {
    inputs: XY,
    outputs: OUT,
    old: ['elementwise_mod'],
    convert: (op, graph) => {
      const [x, y] = operands(op, graph);
      if (!isFloat(x.type)) return graph.node('Mod', [x, y]);
      const whole = graph.node('Floor', [graph.node('Div', [x, y])]);
      return graph.node('Sub', [x, graph.node('Mul', [whole, y])]);
    },
  },
  /** x scale + bias, or (x + bias) scale. Integers stay integers. */
  scale: {
    inputs: { x: 'X', scale: 'ScaleTensor' },
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const [scale, bias] = [op.numbers('scale')?.[0], op.float('bias', 0)];
      const multiply = (value: GraphValue): GraphValue =>
        scale === 1 ? value : graph.node('Mul', [value, op.scalar('scale', value.type, 1)]);
      const add = (value: GraphValue): GraphValue =>
        bias === 0 ? value : graph.withNumber('Add', value, bias);
      // A factor with a fraction would be cut to an integer.
      const cut = !isFloat(x.type) && scale !== undefined && !Number.isInteger(scale);
      const wide = cut ? graph.cast(x, 'float32') : x;
      const result = op.bool('bias_after_scale', true) ? add(multiply(wide)) : multiply(add(wide));
      return graph.cast(result, x.type);
    },
  },
  pow: {
    inputs: { x: 'X', y: 'FactorTensor' },
    outputs: OUT,
    attributes: { y: 'factor' },
    pir: ['pow'],
    convert: (op, graph) => {
      const x = op.input('x');
      const exponent = op.numbers('y')?.[0];
      if (exponent === 2) return graph.node('Mul', [x, x]);
      return graph.node('Pow', [x, op.scalar('y', x.type, 1)]);
    },
  },
  /** In place: later readers of the variable get the result. */
  increment: {
    inputs: X,
    outputs: OUT,
    attributes: { value: 'step' },
    convert: (op, graph) => graph.withNumber('Add', op.input('x'), op.float('value', 1)),
  },
  add_n: {
    inputs: { inputs: 'X' },
    outputs: OUT,
    old: ['sum'],
    convert: (op, graph) => {
      const values = op.list('inputs');
      if (values.length === 0) throw op.fail('operands', 'none');
      return values.length === 1
        ? values[0]!
        : values.reduce((sum, value) => graph.node('Add', [sum, value]));
    },
  },
  dot: {
    inputs: XY,
    outputs: OUT,
    convert: (op, graph) => graph.reduce('ReduceSum', graph.node('Mul', operands(op, graph)), [-1], false),
  },
  lerp: {
    inputs: { x: 'X', y: 'Y', weight: 'Weight' },
    outputs: OUT,
    convert: (op, graph) => {
      const step = graph.node('Mul', [graph.node('Sub', [op.input('y'), op.input('x')]), op.input('weight')]);
      return graph.node('Add', [op.input('x'), step]);
    },
  },
  /** Train-only; at inference the input, or the input times 1 - p. */
  dropout: {
    inputs: { x: 'X', seed_tensor: 'Seed', p: [] },
    outputs: { out: 'Out', mask: 'Mask' },
    attributes: { p: 'dropout_prob', mode: 'dropout_implementation' },
    convert: (op, graph) => {
      const x = op.input('x');
      if (op.string('mode', 'downgrade_in_infer') === 'upscale_in_train') return x;
      return graph.node('Mul', [x, graph.scalar(1 - op.float('p', 0.5), x.type)]);
    },
  },
} satisfies OperatorTable;
