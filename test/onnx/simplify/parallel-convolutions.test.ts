import { checked, constant, constantsOf, normalisation } from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';

const bn = normalisation('n', 4);
const rowsOf = (nodes: NodeRow[], more: Partial<GraphRows> = {}): GraphRows => ({
  nodes,
  ...more,
  constants: {
    w: constant([4, 4, 3, 3]),
    v: constant([4, 4, 1, 1], undefined, 2),
    b: constant([4]),
    ...more.constants,
  },
});
const PADDED = { pads: [1, 1, 1, 1] };
const LARGE: NodeRow = ['Conv', 'x w b', 'l', PADDED];
const SMALL: NodeRow = ['Conv', 'x v b', 's'];

test('by hand: 3 x 3 of ones, 1 x 1 of 5 and the value itself', async () => {
  const { model } = await checked({
    inputs: { x: [1, 1, 3, 3] },
    nodes: [['Conv', 'x w', 'l', PADDED], ['Conv', 'x v', 's'], ['Add', 'l s', 'a'], ['Add', 'a x', 'y']],
    constants: { w: constant([1, 1, 3, 3], 1), v: constant([1, 1, 1, 1], 5) },
  });
  expect(model.graph.node).toHaveLength(1);
  expect(constantsOf(model)).toEqual([[1, 1, 1, 1, 7, 1, 1, 1, 1]]);
}); // prettier-ignore

test.each<[string, GraphRows]>([
  ['3 x 3 and 1 x 1', rowsOf([LARGE, SMALL, ['Add', 'l s', 'y']])],
  ['1 x 1 and 3 x 3', rowsOf([LARGE, SMALL, ['Add', 's l', 'y']])],
  ['with strides', rowsOf([['Conv', 'x w', 'l', { ...PADDED, strides: [2, 2] }], ['Conv', 'x v', 's', { strides: [2, 2] }], ['Add', 'l s', 'y']])],
  ['and normalisation of the value', rowsOf([LARGE, SMALL, ['BatchNormalization', `x ${bn.input}`, 'n'], ['Add', 'l s', 'a'], ['Add', 'a n', 'y']], { constants: bn.constants })],
  ['normalisation everywhere', rowsOf([LARGE, SMALL, ['BatchNormalization', `l ${bn.input}`, 'm'], ['BatchNormalization', `s ${bn.input}`, 'o'], ['Add', 'm o', 'y']], { constants: bn.constants })],
  ['a shortcut', rowsOf([LARGE, ['Add', 'x l', 'y']])],
  ['a shortcut around 1 x 1', rowsOf([SMALL, ['Add', 's x', 'y']])],
  ['a shortcut with groups', rowsOf([['Conv', 'x w', 'l', { ...PADDED, group: 2 }], ['Add', 'l x', 'y']], { constants: { w: constant([4, 2, 3, 3]) } })],
  ['a scaled shortcut around a depthwise one', rowsOf([['Conv', 'x w', 'l', { ...PADDED, group: 4 }], ['Mul', 'k x', 'm'], ['Add', 'm t', 'n'], ['Add', 'l n', 'y']], { constants: { w: constant([4, 1, 3, 3]), k: constant([4, 1, 1]), t: constant([1], 2) } })],
  ['3 x 1 in 3 x 3', rowsOf([LARGE, ['Conv', 'x v', 's', { pads: [1, 0, 1, 0] }], ['Add', 'l s', 'y']], { constants: { v: constant([4, 4, 3, 1]) } })],
  ['both 3 x 3', rowsOf([LARGE, ['Conv', 'x v', 's', PADDED], ['Add', 'l s', 'y']], { constants: { v: constant([4, 4, 3, 3], undefined, 3) } })],
  ['3 x 3 in 5 x 5 by dilation', rowsOf([['Conv', 'x w', 'l', { pads: [2, 2, 2, 2] }], ['Conv', 'x v', 's', { pads: [2, 2, 2, 2], dilations: [2, 2] }], ['Add', 'l s', 'y']], { constants: { w: constant([4, 4, 5, 5]), v: constant([4, 4, 3, 3]) } })],
  ['the middle of a dilated one', rowsOf([['Conv', 'x w', 'l', { pads: [2, 2, 2, 2], dilations: [2, 2] }], SMALL, ['Add', 'l s', 'y']])],
  ['a kernel that lies to one side', rowsOf([['Conv', 'x w', 'l', { pads: [2, 0, 0, 2] }], SMALL, ['Add', 'l s', 'y']])],
])('become one: %s', async (_, rows) => {
  const { operators, applied } = await checked(rows);
  expect(operators).toEqual(['Conv']);
  expect(applied['parallel-convolutions']).toBeGreaterThan(0);
}); // prettier-ignore

test.each<[string, GraphRows]>([
  ['other strides', rowsOf([['Conv', 'x w', 'l', { pads: [1, 1, 1, 1] }], ['Conv', 'x v', 's', { strides: [2, 2], pads: [3, 3, 2, 2] }], ['Add', 'l s', 'y']])],
  ['another input', { ...rowsOf([LARGE, ['Conv', 'z v', 's'], ['Add', 'l s', 'y']]), inputs: { x: [1, 4, 6, 6], z: [1, 4, 6, 6] } }],
  ['other groups', rowsOf([LARGE, ['Conv', 'x v', 's', { group: 2 }], ['Add', 'l s', 'y']], { constants: { v: constant([4, 2, 1, 1]) } })],
  ['one output channel that is added to all', rowsOf([LARGE, ['Conv', 'x v', 's'], ['Add', 'l s', 'y']], { constants: { v: constant([1, 4, 1, 1]) } })],
  ['a result of one place that is added to all', rowsOf([LARGE, ['Conv', 'x v', 's'], ['Add', 'l s', 'y']], { constants: { v: constant([4, 4, 6, 6]) } })],
  ['places that are not in the kernel', rowsOf([['Conv', 'x w', 'l', { pads: [2, 2, 2, 2], dilations: [2, 2] }], ['Conv', 'x v', 's', PADDED], ['Add', 'l s', 'y']], { constants: { v: constant([4, 4, 3, 3]) } })],
  ['a rule for the padding', rowsOf([['Conv', 'x w', 'l', { auto_pad: 'SAME_UPPER' }], SMALL, ['Add', 'l s', 'y']])],
  ['a branch that is an output', rowsOf([LARGE, SMALL, ['Add', 'l s', 'y']], { outputs: ['y', 's'] })],
  ['a branch that others read', rowsOf([LARGE, SMALL, ['Add', 'l s', 'a'], ['Mul', 'a l', 'y']])],
  ['a shortcut around other sizes', rowsOf([['Conv', 'x v', 's', { pads: [0, 1, 0, 1] }], ['Add', 's x', 'y']], { inputs: { x: [1, 4, 6, 1] }, constants: { v: constant([4, 4, 1, 1]) } })],
  ['a shortcut to other channels', rowsOf([['Conv', 'x v', 's'], ['Add', 's x', 'y']], { inputs: { x: [1, 1, 6, 6] }, constants: { v: constant([4, 1, 1, 1]) } })],
  ['a transposed one', rowsOf([['ConvTranspose', 'x v', 't'], SMALL, ['Add', 't s', 'y']])],
  ['twice the same', rowsOf([SMALL, ['Add', 's s', 'y']])],
])('stays: %s', async (_, rows) => {
  const { operators, applied } = await checked(rows);
  expect([operators, applied]).toEqual([rows.nodes.map(([opType]) => opType), {}]);
}); // prettier-ignore
