import type { GraphBuilder } from '../graph/builder.js';
import { widthOf } from '../graph/values.js';
import type { Constant, GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorTable } from './definition.js';

interface Cell {
  readonly onnx: 'LSTM' | 'GRU' | 'RNN';
  /** ONNX's gates as positions in Paddle's order: LSTM i o f c of i f c o, GRU z r h of r z h. */
  readonly gates: readonly number[];
  readonly states: 1 | 2;
  readonly activation?: string;
}

const CELLS: Readonly<Record<string, Cell>> = {
  LSTM: { onnx: 'LSTM', gates: [0, 3, 1, 2], states: 2 },
  GRU: { onnx: 'GRU', gates: [1, 0, 2], states: 1 },
  RNN_TANH: { onnx: 'RNN', gates: [0], states: 1, activation: 'Tanh' },
  RNN_RELU: { onnx: 'RNN', gates: [0], states: 1, activation: 'Relu' },
};

/** One direction's weights in ONNX's order of gates. */
interface Weights {
  readonly input: Constant;
  readonly hidden: Constant;
  readonly bias: Constant | undefined;
}

/** Stacked LSTM, GRU or plain layers, in one or both directions; time comes first. */
function rnn(op: OperatorCall, graph: GraphBuilder) {
  const cell = CELLS[op.string('mode')];
  if (!cell) throw op.unsupported(`has cells of kind ${op.string('mode')}`);
  const layers = op.int('num_layers', 1);
  const hidden = op.int('hidden_size');
  const directions = op.bool('is_bidirec', false) ? 2 : 1;
  const weights = op.list('weight_list');
  const perDirection = layers * directions;
  if (layers < 1 || hidden < 1 || ![2 * perDirection, 4 * perDirection].includes(weights.length))
    throw op.fail(`${4 * perDirection} weights`, `${weights.length}`);
  const states = op.list('pre_state');
  const lengths = op.optional('sequence_length');
  let x = op.input('x');
  const last: GraphValue[][] = [];
  for (let layer = 0; layer < layers; layer++) {
    const parts = Array.from({ length: directions }, (_, direction) =>
      readWeights(op, cell, weights, layer * directions + direction, perDirection, hidden),
    );
    const initial = states.map((state) =>
      layers === 1 ? state : graph.slice(state, 0, layer * directions, (layer + 1) * directions),
    );
    const results = runLayer(graph, cell, x, parts, lengths, initial, hidden);
    // [time, directions, batch, hidden] -> [time, batch, directions x hidden]
    const swapped = graph.transpose(results[0]!, [0, 2, 1, 3]);
    x = graph.node(
      'Reshape',
      [swapped, graph.ints([0, 0, directions * hidden])],
      {},
      { dims: [-1, -1, directions * hidden] },
    );
    last.push(results.slice(1));
  }
  const state = Array.from({ length: cell.states }, (_, at) =>
    graph.concat(last.map((layer) => layer[at]!), 0),
  ); // prettier-ignore
  return { out: x, state };
}

function runLayer(
  graph: GraphBuilder,
  cell: Cell,
  x: GraphValue,
  parts: readonly Weights[],
  lengths: GraphValue | undefined,
  initial: readonly GraphValue[],
  hidden: number,
): GraphValue[] {
  const directions = parts.length;
  const stacked = (constants: readonly Constant[]): GraphValue => graph.constantOf(stack(constants));
  const biases = parts.flatMap(({ bias }) => bias ?? []);
  const inputs = [
    x,
    stacked(parts.map(({ input }) => input)),
    stacked(parts.map((part) => part.hidden)),
    biases.length === directions ? stacked(biases) : undefined,
    lengths && graph.cast(lengths, 'int32'),
    ...initial,
  ];
  const attributes = {
    hidden_size: hidden,
    direction: directions === 2 ? 'bidirectional' : 'forward',
    ...(cell.onnx === 'GRU' && { linear_before_reset: 1 }),
    ...(cell.activation && { activations: parts.map(() => cell.activation!) }),
  };
  const state = { type: x.type, dims: [directions, -1, hidden] };
  const sequence = { type: x.type, dims: [-1, directions, -1, hidden] };
  return graph.multi(cell.onnx, inputs, attributes, [sequence, ...initial.map(() => state)]);
}

/** The list holds all weights (input, hidden for every layer and direction), then all biases likewise. */
function readWeights(
  op: OperatorCall,
  cell: Cell,
  weights: readonly GraphValue[],
  at: number,
  perDirection: number,
  hidden: number,
): Weights {
  const read = (index: number): Constant | undefined => {
    const value = weights[index];
    if (!value) return undefined;
    if (!value.constant) throw op.unsupported('has weights that are computed at run time');
    if (value.constant.dims[0] !== cell.gates.length * hidden)
      throw op.fail(`weights of ${cell.gates.length} x ${hidden} rows`, `${value.constant.dims[0] ?? 0}`);
    return reordered(value.constant, cell.gates, hidden);
  };
  const [input, recurrent] = [read(2 * at), read(2 * at + 1)];
  if (!input || !recurrent) throw op.fail('weights', 'none');
  const first = 2 * (perDirection + at);
  const biases = [read(first), read(first + 1)].flatMap((bias) => bias ?? []);
  return { input, hidden: recurrent, bias: biases.length === 2 ? joined(biases) : undefined };
}

/** Blocks of `size` rows in another order. */
function reordered(weights: Constant, order: readonly number[], size: number): Constant {
  const { dims, bytes } = weights;
  const block = dims.slice(1).reduce((product, dim) => product * dim, size * widthOf(weights.type));
  const result = new Uint8Array(bytes.length);
  order.forEach((from, to) => {
    result.set(bytes.subarray(from * block, (from + 1) * block), to * block);
  });
  return { ...weights, bytes: result };
}

const bytesOf = (constants: readonly Constant[]): Uint8Array =>
  Buffer.concat(constants.map(({ bytes }) => bytes));

/** Vectors behind each other. */
const joined = (constants: readonly Constant[]): Constant => ({
  type: constants[0]!.type,
  dims: [constants.reduce((sum, { dims }) => sum + dims[0]!, 0)],
  bytes: bytesOf(constants),
});

/** Constants of one shape along a new first axis. */
const stack = (constants: readonly Constant[]): Constant => ({
  type: constants[0]!.type,
  dims: [constants.length, ...constants[0]!.dims],
  bytes: bytesOf(constants),
});

/** Recurrent layers. */
export const RECURRENT = {
  rnn: {
    inputs: {
      x: 'Input',
      pre_state: 'PreState',
      weight_list: 'WeightList',
      sequence_length: 'SequenceLength',
      dropout_state_in: [],
    },
    outputs: { out: 'Out', dropout_state_out: 'DropoutState', state: 'State', reserve: 'Reserve' },
    convert: rnn,
  },
} satisfies OperatorTable;
