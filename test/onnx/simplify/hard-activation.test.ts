import { checked, constant, doubles, modelOf, simplified } from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';

const number = (value: number): ReturnType<typeof constant> => constant([], value);
const NUMBERS = { zero: number(0), one: number(1), three: number(3), six: number(6), sixth: number(1 / 6) };
const ADD: NodeRow = ['Add', 'x three', 'a'];
const CLIP: NodeRow = ['Clip', 'a zero six', 'c'];

const rowsOf = (nodes: NodeRow[], more: Partial<GraphRows> = {}): GraphRows => ({
  nodes,
  ...more,
  constants: { ...NUMBERS, ...more.constants },
});

const SWISH = ['HardSigmoid', 'Mul'];

test.each<[string, string[], GraphRows]>([
  ['x clip(x + 3) / 6', SWISH, rowsOf([ADD, CLIP, ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']])],
  ['clip(3 + x) x 1/6', SWISH, rowsOf([['Add', 'three x', 'a'], CLIP, ['Mul', 'c x', 'm'], ['Mul', 'm sixth', 'y']])],
  ['x (clip(x + 3) / 6)', SWISH, rowsOf([ADD, CLIP, ['Div', 'c six', 'd'], ['Mul', 'x d', 'y']])],
  ['x (1/6 clip(x + 3))', SWISH, rowsOf([ADD, CLIP, ['Mul', 'sixth c', 'd'], ['Mul', 'd x', 'y']])],
  ['(x / 6) clip(x + 3)', SWISH, rowsOf([ADD, CLIP, ['Div', 'x six', 'd'], ['Mul', 'd c', 'y']])],
  ['x - -3', SWISH, rowsOf([['Sub', 'x minus', 'a'], CLIP, ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']], { constants: { minus: number(-3) } })],
  ['bounds as attributes', SWISH, rowsOf([ADD, ['Clip', 'a', 'c', { min: { float: 0 }, max: { float: 6 } }], ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']], { opset: 10 })],
  ['numbers of one dimension', SWISH, rowsOf([ADD, CLIP, ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']], { constants: { three: constant([1], 3), six: constant([], 6) } })],
  ['Min of Relu', SWISH, rowsOf([ADD, ['Relu', 'a', 'r'], ['Min', 'r six', 'c'], ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']])],
  ['Relu of Min', SWISH, rowsOf([ADD, ['Min', 'six a', 'r'], ['Relu', 'r', 'c'], ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']])],
  ['Min of Max', SWISH, rowsOf([ADD, ['Max', 'zero a', 'r'], ['Min', 'r six', 'c'], ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']])],
  ['Max of Min', SWISH, rowsOf([ADD, ['Min', 'a six', 'r'], ['Max', 'r zero', 'c'], ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']])],
  ['another value that is gated', SWISH, { ...rowsOf([ADD, CLIP, ['Mul', 'z c', 'm'], ['Div', 'm six', 'y']]), inputs: { x: [1, 4, 1, 1], z: [1, 4, 6, 6] } }],
  ['hard-sigmoid', ['HardSigmoid'], rowsOf([ADD, CLIP, ['Div', 'c six', 'y']])],
  ['clip(0.2 x + 0.5, 0, 1)', ['HardSigmoid'], rowsOf([['Mul', 'x k', 'k1'], ['Add', 'k1 half', 'a'], ['Clip', 'a zero one', 'y']], { constants: { k: number(0.2), half: number(0.5) } })],
  ['clip(x / 5 + 0.5, 0, 1) read twice', ['HardSigmoid', 'Relu', 'Mul'], rowsOf([['Div', 'x k', 'k1'], ['Add', 'k1 half', 'a'], ['Clip', 'a zero one', 'c'], ['Relu', 'c', 'r'], ['Mul', 'r c', 'y']], { constants: { k: number(5), half: number(0.5) } })],
  ['a sum of one number a channel stays before it', ['Add', 'HardSigmoid'], rowsOf([ADD, CLIP, ['Div', 'c six', 'y']], { constants: { three: constant([4, 1, 1]) } })],
  ['a sum that others read stays before it', ['Add', 'HardSigmoid', 'Add'], rowsOf([ADD, CLIP, ['Div', 'c six', 'd'], ['Add', 'd a', 'y']])],
])('%s', async (_, wanted, rows) => {
  const { operators, applied } = await checked(rows);
  expect([operators, applied]).toEqual([wanted, { 'hard-activation': 1 }]);
}); // prettier-ignore

test('the numbers that onnxruntime fuses into a convolution', async () => {
  const { model } = await checked(rowsOf([ADD, CLIP, ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']]));
  const values = model.graph.node[0]!.attribute!.map(({ name, f }) => [name, Math.fround(f!)]);
  expect(values).toEqual([
    ['alpha', Math.fround(1 / 6)],
    ['beta', 0.5],
  ]);
});

describe('stays as it is', () => {
  test.each<[string, GraphRows]>([
    ['bounds that the factor does not fit', rowsOf([ADD, CLIP, ['Mul', 'x c', 'm'], ['Div', 'm three', 'y']])],
    ['no factor', rowsOf([ADD, CLIP, ['Mul', 'x c', 'y']])],
    ['6 divided by it', rowsOf([ADD, CLIP, ['Div', 'six c', 'y']])],
    ['a lower bound that is not 0', rowsOf([ADD, ['Clip', 'a one six', 'c'], ['Div', 'c six', 'y']])],
    ['no lower bound', rowsOf([ADD, ['Clip', 'a _ six', 'c'], ['Div', 'c six', 'y']])],
    ['no upper bound', rowsOf([ADD, ['Clip', 'a zero', 'c'], ['Div', 'c six', 'y']])],
    ['an upper bound that is not known', { ...rowsOf([ADD, ['Clip', 'a zero top', 'c'], ['Div', 'c six', 'y']]), inputs: { x: [1, 4, 6, 6], top: [] } }],
    ['the clipped value is an output', { ...rowsOf([ADD, CLIP, ['Div', 'c six', 'y']]), outputs: ['y', 'c'] }],
    ['the product is an output', { ...rowsOf([ADD, CLIP, ['Mul', 'x c', 'm'], ['Div', 'm six', 'y']]), outputs: ['y', 'm'] }],
    ['two bounds from above', rowsOf([ADD, ['Min', 'a six', 'r'], ['Min', 'r six', 'c'], ['Div', 'c six', 'y']])],
    ['the value between the bounds is read', rowsOf([ADD, ['Relu', 'a', 'r'], ['Min', 'r six', 'c'], ['Div', 'c six', 'd'], ['Add', 'd r', 'y']])],
    ['a falling line', rowsOf([['Sub', 'three x', 'a'], CLIP, ['Div', 'c six', 'y']])],
    ['a clip to 0 and 1 alone', rowsOf([['Clip', 'x zero one', 'y']])],
    ['a factor that makes the result wider', rowsOf([ADD, CLIP, ['Div', 'c wide', 'y']], { constants: { wide: constant([1, 1, 1, 1, 1], 6) } })],
    ['an exponent instead of a product', rowsOf([ADD, CLIP, ['Pow', 'c six', 'y']])],
  ])('%s', async (_, rows) => {
    const { operators, applied } = await checked(rows);
    expect([operators, applied]).toEqual([rows.nodes.map(([opType]) => opType), {}]);
  }); // prettier-ignore

  test('double precision', () => {
    const double = (value: number): ReturnType<typeof constant> => doubles([], [value]);
    const constants = { three: double(3), zero: double(0), six: double(6) };
    const rows = rowsOf([ADD, CLIP, ['Div', 'c six', 'y']], { constants, type: 'float64' });
    expect(simplified(modelOf(rows)).applied).toEqual({});
  });

  test('operator sets before 7, which broadcast by attributes', () => {
    const rows = rowsOf([
      ADD,
      ['Clip', 'a', 'c', { min: { float: 0 }, max: { float: 6 } }],
      ['Div', 'c six', 'y'],
    ]);
    expect(simplified(modelOf({ ...rows, opset: 6 })).applied).toEqual({});
  });

  test('a clipped value that a subgraph reads', () => {
    const body = modelOf({ inputs: {}, nodes: [['Neg', 'c', 'inner']], outputs: ['inner'] }).graph;
    const branch = (name: string) => ({ name, type: 5 as const, g: body });
    const choice = {
      opType: 'If',
      input: ['go'],
      output: ['z'],
      attribute: [branch('then_branch'), branch('else_branch')],
    };
    const rows = rowsOf([ADD, CLIP, ['Div', 'c six', 'y']], { extra: [choice], outputs: ['y', 'z'] });
    expect(simplified(modelOf(rows)).applied).toEqual({});
  });
});
