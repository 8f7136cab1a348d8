import type { GraphBuilder } from '../graph/builder.js';
import { promoted, shapeWith } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT, XY } from './definition.js';
import type { OperatorTable } from './definition.js';

/** The last two axes swapped; vectors stay as they are. */
function swapped(op: OperatorCall, graph: GraphBuilder, value: GraphValue, swap: boolean): GraphValue {
  if (!swap) return value;
  const rank = op.rank(value);
  if (rank < 2) return value;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return graph.transpose(value, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

function matmul(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [x, y] = promoted(graph, op.input('x'), op.input('y'));
  return graph.node('MatMul', [
    swapped(op, graph, x, op.bool('transpose_x', false)),
    swapped(op, graph, y, op.bool('transpose_y', false)),
  ]);
}

/** Old fully connected layers: both sides flattened to matrices, the product's axes restored. */
function flattenedMatmul(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [x, y] = [op.input('x'), op.input('y')];
  const [left, right] = [op.int('x_num_col_dims', 1), op.int('y_num_col_dims', 1)];
  const [xRank, yRank] = [op.rank(x), op.rank(y)];
  const matrix = (value: GraphValue, rank: number, rows: number): GraphValue =>
    rank === 2 && rows === 1 ? value : graph.node('Flatten', [value], { axis: rows }, { dims: [-1, -1] });
  const product = graph.node('MatMul', [matrix(x, xRank, left), matrix(y, yRank, right)]);
  if (left === 1 && yRank - right === 1) return product;
  const sizesOf = (value: GraphValue, from: number, to: number): GraphValue =>
    shapeWith(graph, value, Array.from({ length: to - from }, (_, at) => ({ of: from + at }))); // prettier-ignore
  return graph.reshape(product, graph.concat([sizesOf(x, 0, left), sizesOf(y, right, yRank)], 0));
}

/** Products of matrices. */
export const MATRIX = {
  matmul: {
    inputs: XY,
    outputs: OUT,
    old: ['matmul_v2'],
    attributes: { transpose_x: 'trans_x', transpose_y: 'trans_y' },
    convert: matmul,
  },
  /** The first version, with a factor. */
  matmul_v1: {
    inputs: XY,
    outputs: OUT,
    old: ['matmul'],
    pir: [],
    attributes: { transpose_x: 'transpose_X', transpose_y: 'transpose_Y' },
    convert: (op, graph) => {
      const product = matmul(op, graph);
      const alpha = op.float('alpha', 1);
      return alpha === 1 ? product : graph.withNumber('Mul', product, alpha);
    },
  },
  mul: { inputs: XY, outputs: OUT, pir: [], convert: flattenedMatmul },
  bmm: {
    inputs: XY,
    outputs: OUT,
    convert: (op, graph) => graph.node('MatMul', [op.input('x'), op.input('y')]),
  },
  mv: {
    inputs: { x: 'X', vec: 'Vec' },
    outputs: OUT,
    convert: (op, graph) => graph.node('MatMul', [op.input('x'), op.input('vec')]),
  },
  /** beta input + alpha (x y). */
  addmm: {
    inputs: { input: 'Input', ...XY },
    outputs: OUT,
    attributes: { alpha: 'Alpha', beta: 'Beta' },
    convert: (op, graph) => {
      const product = graph.node('MatMul', [op.input('x'), op.input('y')]);
      const scaled = (value: GraphValue, factor: number): GraphValue =>
        factor === 1 ? value : graph.withNumber('Mul', value, factor);
      return graph.node('Add', [
        scaled(op.input('input'), op.float('beta', 1)),
        scaled(product, op.float('alpha', 1)),
      ]);
    },
  },
  einsum: {
    inputs: { x: 'Operands' },
    outputs: OUT,
    convert: (op, graph) =>
      graph.node('Einsum', op.list('x'), { equation: op.string('equation').replace(/\s/g, '') }),
  },
} satisfies OperatorTable;
