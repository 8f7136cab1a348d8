import type { GraphBuilder } from '../graph/builder.js';
import { constantValues, type GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorTable, Results } from './definition.js';

const MAX_INT8 = 127;
const TRAINING = 'is exported for training: export the model in eval mode';

/** Scales of one axis, standing at that axis of a tensor; a single scale stays as it is. */
function aligned(op: OperatorCall, graph: GraphBuilder, scale: GraphValue, x: GraphValue): GraphValue {
  const [size = 1] = op.dims(scale);
  if (op.rank(scale) > 1) throw op.unsupported('has scales per group, which cannot be converted');
  if (size === 1) return graph.reshape(scale, []);
  const rank = op.rank(x);
  return graph.alongAxis(scale, op.axis('quant_axis', rank), rank);
}

interface Scaled {
  x: GraphValue;
  /** The largest absolute value. */
  scale: GraphValue;
  /** The step that it has. */
  most: number;
}

function scaled(op: OperatorCall, graph: GraphBuilder): Scaled {
  const x = graph.cast(op.input('x'), 'float32');
  const bits = op.int('bit_length', 8);
  const most = op.int('qmax', MAX_INT8);
  if (bits > 8 || most > MAX_INT8)
    throw op.unsupported(`has ${bits} bits with values to ${most}: fdeploy converts integers of 8 bits`);
  return { x, scale: aligned(op, graph, graph.cast(op.input('scale'), 'float32'), x), most };
}

/**
 * round(x most / scale) within least..most, as float32.
 * @param defaultRounding `round_type` where the operator has none: 0 is ties to even, else away from zero
 */
function inSteps(
  op: OperatorCall,
  graph: GraphBuilder,
  { x, scale, most }: Scaled,
  least: number,
  defaultRounding: number,
): GraphValue {
  const steps = graph.node('Mul', [x, graph.node('Div', [graph.scalar(most, 'float32'), scale])]);
  const toEven = op.int('round_type', defaultRounding) === 0;
  const whole = toEven ? graph.node('Round', [steps]) : roundFromZero(graph, steps);
  const limits = [least, most].map((limit) => graph.scalar(limit, 'float32'));
  return graph.node('Clip', [whole, ...limits]);
}

function quantizeLinear(op: OperatorCall, graph: GraphBuilder): GraphValue {
  if (op.bool('only_observer', false)) return op.input('x');
  if (!op.bool('is_test', true)) throw op.unsupported(TRAINING);
  const found = scaled(op, graph);
  return inSteps(op, graph, found, op.int('qmin', -found.most - 1), 0);
}

/** Ties away from zero. */
function roundFromZero(graph: GraphBuilder, x: GraphValue): GraphValue {
  const size = graph.node('Floor', [graph.withNumber('Add', graph.node('Abs', [x]), 0.5)]);
  return graph.node('Mul', [graph.node('Sign', [x]), size]);
}

/** x scale / qmax. Stored weights become float weights. */
function dequantizeLinear(op: OperatorCall, graph: GraphBuilder): GraphValue {
  if (op.bool('only_observer', false)) return op.input('x');
  const { x, scale, most } = scaled(op, graph);
  const given = op.input('x').constant;
  const known = op.input('scale').constant;
  if (!given || !known) return graph.node('Mul', [x, graph.withNumber('Div', scale, most)]);
  const scales = constantValues(known).map(Number);
  const axis = scales.length === 1 ? 0 : op.axis('quant_axis', given.dims.length);
  const inner = given.dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const scaleOf = (i: number): number => scales[Math.floor(i / inner) % scales.length]!;
  const values = constantValues(given).map((value, i) => (Number(value) * scaleOf(i)) / most);
  return graph.constant('float32', given.dims, values);
}

/** The form of older exports: the scale is an operand of its own, ties are rounded away from zero. */
function quantizeByRange(op: OperatorCall, graph: GraphBuilder): Results {
  if (!op.bool('is_test', false)) throw op.unsupported(TRAINING);
  const most = largest(op.int('bit_length', 8));
  const found = { x: op.input('x'), scale: graph.reshape(op.input('scale'), []), most };
  return { out: inSteps(op, graph, found, -most - 1, 1), out_scale: op.input('scale') };
}

/** Of products of integers: times the weights' scales, one per channel, and the input's scale. */
function dequantizePerChannel(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const x = op.input('x');
  const [channels, input] = op.list('scales');
  if (!channels || !input) throw op.unsupported('has no scale of its input');
  const [weightBits = 8, inputBits = 8] = op.ints('quant_bits', [8, 8]);
  const steps = largest(weightBits) * largest(inputBits);
  const axis = op.axis('x_num_col_dims', op.rank(x), 1);
  const perChannel = graph.withNumber('Div', graph.alongAxis(channels, axis, op.rank(x)), steps);
  return graph.node('Mul', [graph.node('Mul', [x, perChannel]), graph.reshape(input, [])]);
}

const largest = (bits: number): number => 2 ** (bits - 1) - 1;

const SIGNATURE = {
  inputs: { x: 'X', scale: 'Scale', zero_point: 'ZeroPoint', in_accum: 'InAccum', in_state: 'InState' },
  outputs: { y: 'Y', out_state: 'OutState', out_accum: 'OutAccum', out_scale: 'OutScale' },
} as const;

/** Integers of 8 bits as float32: what exports of quantised networks compute. */
export const QUANTIZATION = {
  quantize_linear: { ...SIGNATURE, convert: quantizeLinear },
  dequantize_linear: { ...SIGNATURE, convert: dequantizeLinear },
  fake_quantize_range_abs_max: {
    inputs: { x: 'X', scale: 'InScale' },
    outputs: { out: 'Out', out_scale: 'OutScale' },
    convert: quantizeByRange,
  },
  fake_channel_wise_dequantize_max_abs: {
    inputs: { x: 'X', scales: 'Scales' },
    outputs: { out: 'Out' },
    convert: dequantizePerChannel,
  },
  fake_dequantize_max_abs: {
    inputs: { x: 'X', scale: 'Scale' },
    outputs: { out: 'Out' },
    convert: (op, graph) => {
      const scale = graph.withNumber('Div', op.input('scale'), op.float('max_range'));
      return graph.node('Mul', [op.input('x'), graph.reshape(scale, [])]);
    },
  },
} satisfies OperatorTable;
