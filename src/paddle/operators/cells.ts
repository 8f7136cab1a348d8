import type { GraphBuilder } from '../graph/builder.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorTable } from './definition.js';

/** Activations by their numbers in the old format. */
const ACTIVATIONS = ['Identity', 'Sigmoid', 'Tanh', 'Relu'];

function activation(op: OperatorCall, name: string, fallback: number): string {
  const number = op.int(name, fallback);
  const found = ACTIVATIONS[number];
  if (found === undefined) throw op.fail(`an activation from 0 to ${ACTIVATIONS.length - 1}`, `${number}`);
  return found;
}

const oneMinus = (graph: GraphBuilder, value: GraphValue): GraphValue =>
  graph.node('Sub', [graph.scalar(1, value.type), value]);

/**
 * One step of a GRU whose input has been through its layer: `input` is [batch, 3 size] for update, reset and candidate.
 * The weights' buffer holds a matrix [size, 2 size] for the two gates, then one [size, size] for the candidate.
 */
function gruUnit(op: OperatorCall, graph: GraphBuilder) {
  const [state, weight] = [op.input('hidden_prev'), op.input('weight')];
  const size = op.dims(weight)[0] ?? -1;
  if (size < 1 || op.dims(weight)[1] !== 3 * size) throw op.fail('weights of [size, 3 size]', `[${op.dims(weight).join(', ')}]`); // prettier-ignore
  const bias = op.optional('bias');
  const input = bias ? graph.node('Add', [op.input('input'), graph.reshape(bias, [1, -1])]) : op.input('input'); // prettier-ignore
  const part = (value: GraphValue, from: number, to: number): GraphValue =>
    graph.slice(value, 1, from * size, to * size);
  const flat = graph.reshape(weight, [-1]);
  const gateWeights = graph.reshape(graph.slice(flat, 0, 0, 2 * size * size), [size, 2 * size]);
  const ownWeights = graph.reshape(graph.slice(flat, 0, 2 * size * size, 3 * size * size), [size, size]);
  const through = (value: GraphValue, weights: GraphValue): GraphValue =>
    graph.node('MatMul', [value, weights]);
  const gates = graph.node(activation(op, 'gate_activation', 1), [
    graph.node('Add', [part(input, 0, 2), through(state, gateWeights)]),
  ]);
  const [update, reset] = [part(gates, 0, 1), part(gates, 1, 2)];
  const resetState = graph.node('Mul', [reset, state]);
  const candidate = graph.node(activation(op, 'activation', 2), [
    graph.node('Add', [part(input, 2, 3), through(resetState, ownWeights)]),
  ]);
  const [kept, taken] = op.bool('origin_mode', false)
    ? [update, oneMinus(graph, update)]
    : [oneMinus(graph, update), update];
  const hidden = graph.node('Add', [graph.node('Mul', [kept, state]), graph.node('Mul', [taken, candidate])]);
  return { hidden, reset_hidden_prev: resetState, gate: graph.concat([gates, candidate], 1) };
}

/** One step of an LSTM whose input and state have been through their layer: gates i, f, o and the candidate. */
function lstmUnit(op: OperatorCall, graph: GraphBuilder) {
  const [x, before] = [op.input('x'), op.input('c_prev')];
  const size = op.dims(before)[1] ?? -1;
  if (size < 1) throw op.fail('a state of known size', `${size}`);
  const part = (at: number): GraphValue => graph.slice(x, 1, at * size, (at + 1) * size);
  const gate = (value: GraphValue): GraphValue => graph.node('Sigmoid', [value]);
  const kept = gate(graph.withNumber('Add', part(1), op.float('forget_bias', 0)));
  const c = graph.node('Add', [
    graph.node('Mul', [kept, before]),
    graph.node('Mul', [gate(part(0)), graph.node('Tanh', [part(3)])]),
  ]);
  return { c, h: graph.node('Mul', [gate(part(2)), graph.node('Tanh', [c])]) };
}

/** Single steps of recurrent layers, as loops of Paddle 1 call them. Later versions write them out. */
export const CELLS = {
  gru_unit: {
    inputs: { input: 'Input', hidden_prev: 'HiddenPrev', weight: 'Weight', bias: 'Bias' },
    outputs: { hidden: 'Hidden', reset_hidden_prev: 'ResetHiddenPrev', gate: 'Gate' },
    pir: [],
    convert: gruUnit,
  },
  lstm_unit: {
    inputs: { x: 'X', c_prev: 'C_prev' },
    outputs: { c: 'C', h: 'H' },
    pir: [],
    convert: lstmUnit,
  },
} satisfies OperatorTable;
