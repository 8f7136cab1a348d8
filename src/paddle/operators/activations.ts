import { float } from '../graph/nodes.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Attributes } from '../graph/nodes.js';
import { clip } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT, X } from './definition.js';
import type { OperatorDefinition, OperatorTable } from './definition.js';

/** An operator of one operand that ONNX has too. */
const unary = (
  onnx: string,
  attributes?: (op: OperatorCall) => Attributes,
  names: Partial<OperatorDefinition> = {},
): OperatorDefinition => ({
  inputs: X,
  outputs: OUT,
  ...names,
  convert: (op, graph) => graph.node(onnx, [op.input('x')], attributes?.(op)),
});

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/** Activations and other functions of one number. */
export const ACTIVATIONS = {
  relu: unary('Relu'),
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  floor: unary('Floor'),
  ceil: unary('Ceil'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  tan: unary('Tan'),
  asin: unary('Asin'),
  acos: unary('Acos'),
  atan: unary('Atan'),
  sinh: unary('Sinh'),
  cosh: unary('Cosh'),
  erf: unary('Erf'),
  reciprocal: unary('Reciprocal'),
  softsign: unary('Softsign'),
  softmax: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => rankAtLeastOne(op, graph, 'Softmax'),
  },
  log_softmax: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => rankAtLeastOne(op, graph, 'LogSoftmax'),
  },
  leaky_relu: unary('LeakyRelu', (op) => ({ alpha: float(op.float('negative_slope', 0.02)) }), {
    attributes: { negative_slope: 'alpha' },
  }),
  /** At inference the slope is the middle of the range that training draws from. */
  rrelu: unary('LeakyRelu', (op) => ({
    alpha: float((op.float('lower', 1 / 8) + op.float('upper', 1 / 3)) / 2),
  })),
  elu: unary('Elu', (op) => ({ alpha: float(op.float('alpha', 1)) })),
  celu: unary('Celu', (op) => ({ alpha: float(op.float('alpha', 1)) })),
  selu: unary('Selu', (op) => ({
    gamma: float(op.float('scale', SELU.scale)),
    alpha: float(op.float('alpha', SELU.alpha)),
  })),
  hardsigmoid: unary(
    'HardSigmoid',
    (op) => ({ alpha: float(op.float('slope', 0.2)), beta: float(op.float('offset', 0.5)) }),
    { old: ['hard_sigmoid'] },
  ),
  hardshrink: unary('Shrink', (op) => ({ lambd: float(op.float('threshold', 0.5)) }), {
    old: ['hard_shrink'],
    pir: ['hardshrink', 'hard_shrink'],
  }),
  softshrink: unary(
    'Shrink',
    (op) => ({ lambd: float(op.float('threshold', 0.5)), bias: float(op.float('threshold', 0.5)) }),
    { attributes: { threshold: 'lambda' } },
  ),
  rsqrt: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.node('Reciprocal', [graph.node('Sqrt', [op.input('x')])]),
  },
  square: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.node('Mul', [op.input('x'), op.input('x')]),
  },
  log2: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.withNumber('Mul', graph.node('Log', [op.input('x')]), Math.LOG2E),
  },
  log10: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.withNumber('Mul', graph.node('Log', [op.input('x')]), Math.LOG10E),
  },
  log1p: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.node('Log', [graph.withNumber('Add', op.input('x'), 1)]),
  },
  expm1: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.withNumber('Sub', graph.node('Exp', [op.input('x')]), 1),
  },
  /** Paddle 2 rounds halves away from zero, Paddle 3 (and ONNX) to even. */
  round: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const decimals = op.int('decimals', 0);
      if (!op.isOldFormat && decimals === 0) return graph.node('Round', [x]);
      if (!op.isOldFormat)
        return graph.withNumber(
          'Div',
          graph.node('Round', [graph.withNumber('Mul', x, 10 ** decimals)]),
          10 ** decimals,
        );
      const away = graph.node('Floor', [graph.withNumber('Add', graph.node('Abs', [x]), 0.5)]);
      return graph.node('Mul', [graph.node('Sign', [x]), away]);
    },
  },
  /** x clip(x + offset, 0, threshold) / scale; ONNX has the usual 3, 6, 6. */
  hardswish: {
    inputs: X,
    outputs: OUT,
    old: ['hard_swish'],
    convert: (op, graph) => {
      const x = op.input('x');
      const [threshold, scale, offset] = [
        op.float('threshold', 6),
        op.float('scale', 6),
        op.float('offset', 3),
      ];
      if (threshold === 6 && scale === 6 && offset === 3) return graph.node('HardSwish', [x]);
      const gate = clip(graph, graph.withNumber('Add', x, offset), 0, threshold);
      return graph.withNumber('Div', graph.node('Mul', [x, gate]), scale);
    },
  },
  relu6: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => clip(graph, op.input('x'), 0, 6),
  },
  hardtanh: {
    inputs: X,
    outputs: OUT,
    old: ['brelu', 'hardtanh'],
    convert: (op, graph) => clip(graph, op.input('x'), op.float('t_min', 0), op.float('t_max', 24)),
  },
  gelu: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const half = graph.withNumber('Mul', x, 0.5);
      if (!op.bool('approximate', false)) {
        const erf = graph.node('Erf', [graph.withNumber('Div', x, Math.SQRT2)]);
        return graph.node('Mul', [half, graph.withNumber('Add', erf, 1)]);
      }
      const cube = graph.node('Mul', [graph.node('Mul', [x, x]), x]);
      const inner = graph.node('Add', [x, graph.withNumber('Mul', cube, 0.044715)]);
      const tanh = graph.node('Tanh', [graph.withNumber('Mul', inner, Math.sqrt(2 / Math.PI))]);
      return graph.node('Mul', [half, graph.withNumber('Add', tanh, 1)]);
    },
  },
  swish: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const beta = op.float('beta', 1);
      const gate = graph.node('Sigmoid', [beta === 1 ? x : graph.withNumber('Mul', x, beta)]);
      return graph.node('Mul', [x, gate]);
    },
  },
  silu: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.node('Mul', [op.input('x'), graph.node('Sigmoid', [op.input('x')])]),
  },
  mish: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      const softplus = graph.node('Softplus', [op.input('x')]);
      return graph.node('Mul', [op.input('x'), graph.node('Tanh', [softplus])]);
    },
  },
  /** log(1 + exp(beta x)) / beta, and x itself where beta x is above the threshold. */
  softplus: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const [beta, threshold] = [op.float('beta', 1), op.float('threshold', 20)];
      const scaled = beta === 1 ? x : graph.withNumber('Mul', x, beta);
      const soft = graph.node('Softplus', [scaled]);
      const large = graph.withNumber('Greater', scaled, threshold);
      return graph.node('Where', [large, x, beta === 1 ? soft : graph.withNumber('Div', soft, beta)]);
    },
  },
  logsigmoid: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.node('Neg', [graph.node('Softplus', [graph.node('Neg', [op.input('x')])])]),
  },
  tanh_shrink: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.node('Sub', [op.input('x'), graph.node('Tanh', [op.input('x')])]),
  },
  stanh: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      const tanh = graph.node('Tanh', [graph.withNumber('Mul', op.input('x'), op.float('scale_a', 0.67))]);
      return graph.withNumber('Mul', tanh, op.float('scale_b', 1.7159));
    },
  },
  /** x where it is above the threshold, else a value (0 in the old format). */
  thresholded_relu: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const above = graph.withNumber('Greater', x, op.float('threshold', 1));
      return graph.node('Where', [above, x, graph.scalar(op.float('value', 0), x.type)]);
    },
  },
  /** alpha: one number, one a channel, or one an element. */
  prelu: {
    inputs: { x: 'X', alpha: 'Alpha' },
    outputs: OUT,
    convert: (op, graph) => {
      const [x, alpha] = [op.input('x'), op.input('alpha')];
      const dims = op.dims(x);
      const mode = op.string('mode', 'all');
      if (mode === 'all') return graph.node('PRelu', [x, graph.reshape(alpha, [1])]);
      if (mode === 'element') return graph.node('PRelu', [x, graph.reshape(alpha, [1, ...dims.slice(1)])]);
      const last = op.string('data_format', 'NCHW') === 'NHWC';
      const shape = last ? [-1] : [-1, ...new Array<number>(dims.length - 2).fill(1)];
      return graph.node('PRelu', [x, graph.reshape(alpha, shape)]);
    },
  },
  /** The largest of every `groups` neighbouring channels. */
  maxout: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const rank = op.rank(x);
      const axis = op.axis('axis', rank, 1);
      const groups = op.int('groups');
      const channels = op.dims(x)[axis]!;
      if (groups < 1 || channels % groups !== 0)
        throw op.fail('groups that divide the channels', `${groups}`);
      const sizes = [...op.dims(x)].map((_, at) =>
        at === axis ? graph.ints([channels / groups, groups]) : graph.size(x, at),
      );
      return graph.reduce('ReduceMax', graph.reshape(x, graph.concat(sizes, 0)), [axis + 1], false);
    },
  },
  clip: {
    inputs: { x: 'X', min: 'Min', max: 'Max' },
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const bound = (name: string): GraphValue | undefined => {
        const known = op.numbers(name)?.[0];
        return known !== undefined && !Number.isFinite(known) ? undefined : op.scalar(name, x.type);
      };
      return graph.node('Clip', [x, bound('min'), bound('max')]);
    },
  },
} satisfies OperatorTable;

/** Softmax of a 0-D tensor is legal in Paddle. */
function rankAtLeastOne(op: OperatorCall, graph: GraphBuilder, opType: string): GraphValue {
  const x = op.input('x');
  const axis = op.int('axis', -1);
  if (x.dims?.length !== 0) return graph.node(opType, [x], { axis });
  return graph.reshape(graph.node(opType, [graph.reshape(x, [1])], { axis: -1 }), []);
}
