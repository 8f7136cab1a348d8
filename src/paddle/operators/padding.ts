import type { GraphBuilder } from '../graph/builder.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT } from './definition.js';
import type { OperatorTable } from './definition.js';

const MODES: Readonly<Record<string, string>> = {
  constant: 'constant',
  reflect: 'reflect',
  replicate: 'edge',
  edge: 'edge',
  circular: 'wrap',
};

/**
 * @param order where in Paddle's list the padding before (then after) each spatial axis stands
 */
function padSpatial(op: OperatorCall, graph: GraphBuilder, order: readonly number[]): GraphValue {
  const x = op.input('x');
  const rank = op.rank(x);
  const mode = MODES[op.string('mode', 'constant')];
  if (mode === undefined) throw op.unsupported(`pads by ${op.string('mode')}`);
  const paddings = op.sizes('paddings');
  const axes = order.length / 2;
  if (!paddings || (paddings.dims?.[0] ?? order.length) !== order.length)
    throw op.fail(`${order.length} paddings`, `${paddings?.dims?.[0] ?? 'none'}`);
  const inOrder = graph.node('Gather', [paddings, graph.ints(order)]);
  const outer = new Array<number>(rank - axes).fill(0);
  const last = op.string('data_format', 'NCHW').endsWith('C');
  const [front, back] = last ? [[0], [0]] : [outer, []];
  const half = (from: number): GraphValue => graph.slice(inOrder, 0, from, from + axes);
  const sides = [half(0), half(axes)].flatMap((side) => [
    graph.ints(front),
    side,
    ...(back.length ? [graph.ints(back)] : []),
  ]);
  return padded(op, graph, x, graph.concat(sides, 0), mode);
}

function padded(
  op: OperatorCall,
  graph: GraphBuilder,
  x: GraphValue,
  pads: GraphValue,
  mode: string,
): GraphValue {
  if (mode === 'wrap') graph.requireOpset(19);
  const value = mode === 'constant' ? op.scalar('pad_value', x.type, 0) : undefined;
  const dims = new Array<number>(op.rank(x)).fill(-1);
  return graph.node('Pad', [x, pads, value], { mode }, { dims });
}

/** Padding. */
export const PADDING = {
  /** Paddings: left, right, top, bottom, front, back, as many as there are spatial axes. */
  pad3d: {
    inputs: { x: 'X', paddings: 'Paddings' },
    outputs: OUT,
    attributes: { pad_value: 'value' },
    convert: (op, graph) => {
      const axes = op.rank(op.input('x')) - 2;
      const order = [...Array.from({ length: axes }, (_, at) => 2 * (axes - 1 - at))];
      return padSpatial(op, graph, [...order, ...order.map((at) => at + 1)]);
    },
  },
  /** Paddings: top, bottom, left, right. */
  pad2d: {
    inputs: { x: 'X', paddings: 'Paddings' },
    outputs: OUT,
    convert: (op, graph) => padSpatial(op, graph, [0, 2, 1, 3]),
  },
  /** Paddings: a pair for every axis, from the first on. */
  pad: {
    inputs: { x: 'X', pad_value: [] },
    outputs: OUT,
    convert: (op, graph) => {
      const x = op.input('x');
      const pairs = op.ints('paddings');
      if (pairs.length !== 2 * op.rank(x)) throw op.fail(`${2 * op.rank(x)} paddings`, `${pairs.length}`);
      const pads = [...pairs.filter((_, at) => at % 2 === 0), ...pairs.filter((_, at) => at % 2 === 1)];
      return padded(op, graph, x, graph.ints(pads), MODES[op.string('mode', 'constant')] ?? 'constant');
    },
  },
} satisfies OperatorTable;
