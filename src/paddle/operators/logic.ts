import type { GraphBuilder } from '../graph/builder.js';
import type { GraphValue } from '../graph/values.js';
import { operands } from './arithmetic.js';
import { OUT, X, XY } from './definition.js';
import type { OperatorDefinition, OperatorTable } from './definition.js';

const comparison = (onnx: string): OperatorDefinition => ({
  inputs: XY,
  outputs: OUT,
  convert: (op, graph) => graph.node(onnx, operands(op, graph)),
});

/** Logical operators take any type in Paddle: what is not 0 is true. */
const logical = (onnx: string): OperatorDefinition => ({
  inputs: XY,
  outputs: OUT,
  convert: (op, graph) => {
    const [x, y] = [op.input('x'), op.input('y')];
    return graph.node(onnx, [graph.cast(x, 'bool'), graph.cast(y, 'bool')]);
  },
});

const bitwise = (onnx: string, onBool: string): OperatorDefinition => ({
  inputs: XY,
  outputs: OUT,
  convert: (op, graph) => {
    const [x, y] = operands(op, graph);
    return graph.node(x.type === 'bool' ? onBool : onnx, [x, y]);
  },
});

/** Which elements are NaN or infinite; integers never are, but ONNX asks floats only. */
const floatTest =
  (test: (graph: GraphBuilder, x: GraphValue) => GraphValue): OperatorDefinition['convert'] =>
  (op, graph) =>
    test(
      graph,
      op.input('x').type.startsWith('float') ? op.input('x') : graph.cast(op.input('x'), 'float32'),
    );

const allOf = (graph: GraphBuilder, values: GraphValue): GraphValue => {
  const least = graph.node('ReduceMin', [graph.cast(values, 'int32')], { keepdims: 0 }, { dims: [] });
  return graph.cast(least, 'bool');
};

/** Comparisons, logic, tests and choices. */
export const LOGIC = {
  equal: comparison('Equal'),
  less_than: comparison('Less'),
  less_equal: comparison('LessOrEqual'),
  greater_than: comparison('Greater'),
  greater_equal: comparison('GreaterOrEqual'),
  not_equal: {
    inputs: XY,
    outputs: OUT,
    convert: (op, graph) => graph.node('Not', [graph.node('Equal', operands(op, graph))]),
  },
  equal_all: {
    inputs: XY,
    outputs: OUT,
    convert: (op, graph) => allOf(graph, graph.node('Equal', operands(op, graph))),
  },
  logical_and: logical('And'),
  logical_or: logical('Or'),
  logical_xor: logical('Xor'),
  logical_not: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.node('Not', [graph.cast(op.input('x'), 'bool')]),
  },
  bitwise_and: bitwise('BitwiseAnd', 'And'),
  bitwise_or: bitwise('BitwiseOr', 'Or'),
  bitwise_xor: bitwise('BitwiseXor', 'Xor'),
  bitwise_not: {
    inputs: X,
    outputs: OUT,
    convert: (op, graph) => graph.node(op.input('x').type === 'bool' ? 'Not' : 'BitwiseNot', [op.input('x')]),
  },
  isnan: {
    inputs: X,
    outputs: OUT,
    old: ['isnan_v2'],
    convert: floatTest((graph, x) => graph.node('IsNaN', [x])),
  },
  isinf: {
    inputs: X,
    outputs: OUT,
    old: ['isinf_v2'],
    convert: floatTest((graph, x) => graph.node('IsInf', [x])),
  },
  isfinite: {
    inputs: X,
    outputs: OUT,
    old: ['isfinite_v2'],
    convert: floatTest((graph, x) =>
      graph.node('Not', [graph.node('Or', [graph.node('IsNaN', [x]), graph.node('IsInf', [x])])]),
    ),
  },
  where: {
    inputs: { condition: 'Condition', ...XY },
    outputs: OUT,
    convert: (op, graph) => {
      const condition = graph.cast(op.input('condition'), 'bool');
      return graph.node('Where', [condition, ...operands(op, graph)]);
    },
  },
} satisfies OperatorTable;
