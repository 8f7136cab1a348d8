import { checked, constant, normalisation } from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';

const bn = normalisation('n', 6);

/** A convolution to 6 channels, Relu, scale and shift, and a padded depthwise convolution. */
const block = (middle: NodeRow[], reader: NodeRow, constants: GraphRows['constants'] = {}): GraphRows => ({
  nodes: [['Conv', 'x w', 'c'], ['Relu', 'c', 'r'], ...middle, reader],
  constants: {
    w: constant([6, 4, 1, 1]),
    v: constant([6, 1, 3, 3]),
    s: constant([6, 1, 1]),
    t: constant([1], 3),
    ...constants,
  },
});
const DEPTHWISE: NodeRow = ['Conv', 'a v', 'y', { group: 6, pads: [1, 1, 1, 1] }];
const AFFINE: NodeRow[] = [
  ['Mul', 'r s', 'm'],
  ['Add', 'm t', 'a'],
];

test.each<[string, GraphRows]>([
  ['before a padded convolution', block(AFFINE, DEPTHWISE)],
  ['before a pooling', block(AFFINE, ['AveragePool', 'a', 'y', { kernel_shape: [2, 2] }])],
  ['normalisation', block([['BatchNormalization', `r ${bn.input}`, 'a']], DEPTHWISE, bn.constants)],
  ['that is an output too', { ...block(AFFINE, DEPTHWISE), outputs: ['y', 'a'] }],
])('scale and shift become a depthwise convolution: %s', async (_, rows) => {
  const { operators, applied, model } = await checked(rows);
  expect([operators, applied]).toEqual([
    ['Conv', 'Relu', 'Conv', rows.nodes.at(-1)![0]],
    { 'affine-as-convolution': 1 },
  ]);
  expect(model.graph.node[2]!.output).toEqual(['a']);
});

test('by hand: twice the value and one', async () => {
  const rows = block(AFFINE, DEPTHWISE, { s: constant([1], 2), t: constant([1], 1) });
  const { model } = await checked(rows);
  const [, , convolution] = model.graph.node;
  const values = convolution!.input.slice(1).map((name) => {
    const { dims, rawData } = model.graph.initializer!.find((tensor) => tensor.name === name)!;
    return [dims, [...new Float32Array(rawData!.slice().buffer)]];
  });
  const six = (value: number): number[] => new Array<number>(6).fill(value);
  expect(values).toEqual([
    [[6, 1, 1, 1], six(2)],
    [[6], six(1)],
  ]);
});

describe.each(['HardSigmoid', 'Sigmoid'])('behind a value gated by %s', (gate) => {
  const gated = (other: string): GraphRows => ({
    ...block(AFFINE, DEPTHWISE),
    nodes: [['Conv', 'x w', 'c'], [gate, 'c', 'g'], ['Mul', `${other} g`, 'r'], ...AFFINE, DEPTHWISE],
  });
  test('of itself', async () => {
    expect((await checked(gated('c'))).applied).toEqual({ 'affine-as-convolution': 1 });
  });
});

test.each<[string, GraphRows]>([
  [
    'no convolution gives the input',
    {
      ...block(AFFINE, DEPTHWISE),
      nodes: [
        ['MatMul', 'x x', 'q'],
        ['Relu', 'q', 'r'],
        ...AFFINE,
        ['Conv', 'a v', 'y', { group: 4, pads: [1, 1, 1, 1] }],
      ],
      constants: { ...block([], DEPTHWISE).constants, v: constant([4, 1, 3, 3]), s: constant([4, 1, 1]) },
    },
  ],
  ['neither a convolution nor a pooling reads it', block(AFFINE, ['Softmax', 'a', 'y'])],
  ['a global average reads it', block(AFFINE, ['GlobalAveragePool', 'a', 'y'])],
  [
    'a global average is one of those that read it',
    { ...block([...AFFINE, ['GlobalAveragePool', 'a', 'z']], DEPTHWISE), outputs: ['y', 'z'] },
  ],
  [
    'three dimensions',
    {
      inputs: { x: [1, 4, 6] },
      nodes: block(AFFINE, ['Conv', 'a v', 'y', { group: 6, pads: [1, 1] }]).nodes,
      constants: { w: constant([6, 4, 1]), v: constant([6, 1, 3]), s: constant([6, 1]), t: constant([1], 3) },
    },
  ],
  ['a constant a column', block(AFFINE, DEPTHWISE, { s: constant([6]) })],
])('it stays where %s', async (_, rows) => {
  const { applied, operators } = await checked(rows, ['affine-as-convolution']);
  expect([applied, operators]).toEqual([{}, rows.nodes.map(([opType]) => opType)]);
});
