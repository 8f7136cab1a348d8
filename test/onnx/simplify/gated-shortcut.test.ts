import { checked, constant } from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';

/** Squeeze and excitation: a gate from the means of the channels. */
const GATE: NodeRow[] = [
  ['GlobalAveragePool', 'x', 'p'],
  ['Conv', 'p w b', 'c'],
  ['Relu', 'c', 'r'],
  ['HardSigmoid', 'r', 'g'],
];
const rowsOf = (nodes: NodeRow[], more: Partial<GraphRows> = {}): GraphRows => ({
  nodes: [...GATE, ...nodes],
  constants: { w: constant([4, 4, 1, 1]), b: constant([4]) },
  ...more,
});

test.each<[string, NodeRow[]]>([
  ['x + x g', [['Mul', 'x g', 'm'], ['Add', 'x m', 'y']]],
  ['g x + x', [['Mul', 'g x', 'm'], ['Add', 'm x', 'y']]],
])('%s: one product with g + 1', async (_, nodes) => {
  const { operators, applied, model } = await checked(rowsOf(nodes));
  expect([operators.slice(4), applied]).toEqual([['Add', 'Mul'], { 'gated-shortcut': 1 }]);
  expect(model.graph.node[4]!.input[0]).toBe('g'); // the sum is of the small one
}); // prettier-ignore

test.each<[string, GraphRows]>([
  ['the gate has a value a place', { ...rowsOf([]), nodes: [['Sigmoid', 'x', 'g'], ['Mul', 'x g', 'm'], ['Add', 'x m', 'y']] }],
  ['something else is added', rowsOf([['Neg', 'x', 'n'], ['Mul', 'x g', 'm'], ['Add', 'n m', 'y']])],
  ['the product is read twice', rowsOf([['Mul', 'x g', 'm'], ['Add', 'x m', 'a'], ['Add', 'a m', 'y']])],
  ['the product is an output', rowsOf([['Mul', 'x g', 'm'], ['Add', 'x m', 'y']], { outputs: ['y', 'm'] })],
  ['it is a difference', rowsOf([['Mul', 'x g', 'm'], ['Sub', 'x m', 'y']])],
  ['the product is a square', rowsOf([['Mul', 'x x', 'm'], ['Add', 'x m', 'a'], ['Mul', 'a g', 'y']])],
])('stays where %s', async (_, rows) => {
  expect((await checked(rows)).applied).toEqual({});
}); // prettier-ignore
