import { checked, constant, constantsOf } from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';

const WEIGHTS = {
  w: constant([9, 4, 1, 1]),
  a: constant([9]),
  v: constant([3, 9, 1, 1], undefined, 2),
  b: constant([3]),
  k: constant([3, 9, 3, 3], undefined, 3),
};
const FIRST: NodeRow = ['Conv', 'x w', 'c'];
const rowsOf = (nodes: NodeRow[], more: Partial<GraphRows> = {}): GraphRows => ({
  nodes,
  ...more,
  constants: { ...WEIGHTS, ...more.constants },
});

test('by hand: [1 2] through [[1], [3]], with biases', async () => {
  const { model } = await checked({
    inputs: { x: [1, 1, 1, 1] },
    nodes: [
      ['Conv', 'x w a', 'c'],
      ['Conv', 'c v b', 'y'],
    ],
    constants: {
      w: constant([2, 1, 1, 1], [1, 3]),
      a: constant([2], [10, 100]),
      v: constant([1, 2, 1, 1], [1, 2]),
      b: constant([1], [0.5]),
    },
  });
  expect(model.graph.node).toHaveLength(1);
  expect(constantsOf(model)).toEqual([[7], [210.5]]); // 1 + 2 x 3; 10 + 2 x 100 + 0.5
});

test.each<[string, GraphRows]>([
  ['two of 1 x 1', rowsOf([FIRST, ['Conv', 'c v b', 'y']])],
  ['a bias in front of one without padding', rowsOf([['Conv', 'x w a', 'c'], ['Conv', 'c k b', 'y', { strides: [2, 1] }]])],
  ['none in front of one with padding', rowsOf([FIRST, ['Conv', 'c k b', 'y', { pads: [1, 1, 1, 1], dilations: [1, 1] }]])],
  ['a first one whose padding rule pads nothing', rowsOf([['Conv', 'x w a', 'c', { auto_pad: 'SAME_UPPER' }], ['Conv', 'c v', 'y']])],
])('become one: %s', async (_, rows) => {
  const { operators, applied } = await checked(rows);
  expect([operators, applied]).toEqual([['Conv'], { 'pointwise-chain': 1 }]);
}); // prettier-ignore

test.each<[string, GraphRows]>([
  ['that costs more', rowsOf([['Conv', 'x w', 'c'], ['Conv', 'c v', 'y']], { constants: { w: constant([1, 4, 1, 1]), v: constant([3, 1, 1, 1]) } })],
  ['the first has a bias and the second pads', rowsOf([['Conv', 'x w a', 'c'], ['Conv', 'c k', 'y', { pads: [1, 1, 1, 1] }]])],
  ['the first has strides', rowsOf([['Conv', 'x w', 'c', { strides: [2, 2] }], ['Conv', 'c v', 'y']])],
  ['the first pads', rowsOf([['Conv', 'x w', 'c', { pads: [1, 1, 1, 1] }], ['Conv', 'c v', 'y']])],
  ['the first has a kernel', rowsOf([['Conv', 'x w', 'c'], ['Conv', 'c v', 'y']], { constants: { w: constant([9, 4, 2, 2]) } })],
  ['the first has groups', rowsOf([['Conv', 'x w', 'c', { group: 2 }], ['Conv', 'c v', 'y']], { constants: { w: constant([10, 2, 1, 1]), v: constant([3, 10, 1, 1]) } })],
  ['the second has groups', rowsOf([['Conv', 'x w', 'c'], ['Conv', 'c v', 'y', { group: 3 }]], { constants: { v: constant([3, 3, 1, 1]) } })],
  ['the second is transposed', rowsOf([['Conv', 'x w', 'c'], ['ConvTranspose', 'c v', 'y']], { constants: { v: constant([9, 3, 1, 1]) } })],
  ['an activation is between them', rowsOf([['Conv', 'x w', 'c'], ['Relu', 'c', 'r'], ['Conv', 'r v', 'y']])],
  ['something else reads the first', rowsOf([['Conv', 'x w', 'c'], ['Relu', 'c', 'z'], ['Conv', 'c v', 'y']], { outputs: ['y', 'z'] })],
  ['the first is an output', rowsOf([['Conv', 'x w', 'c'], ['Conv', 'c v', 'y']], { outputs: ['y', 'c'] })],
])('stay two where %s', async (_, rows) => {
  expect((await checked(rows)).applied).toEqual({});
}); // prettier-ignore
