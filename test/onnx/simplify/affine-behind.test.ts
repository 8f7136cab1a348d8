import { checked, constant, constantsOf, modelOf, normalisation, simplified } from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';

/** Relu, then scale and shift of the four channels, then what is given. */
const before = (nodes: NodeRow[], constants: GraphRows['constants'] = {}): GraphRows => ({
  nodes: [['Relu', 'x', 'r'], ['Mul', 's r', 'm'], ['Add', 'm t', 'a'], ...nodes],
  constants: {
    s: constant([4, 1, 1], [2, -1, 0.5, 0]),
    t: constant([1], 3),
    w: constant([6, 4, 1, 1]),
    v: constant([6, 4, 3, 3], undefined, 3),
    b: constant([6]),
    ...constants,
  },
});

test('by hand: 2 (3 x + 4) + 1', async () => {
  const { model } = await checked({
    inputs: { x: [1, 1, 1, 1] },
    nodes: [
      ['Mul', 'x s', 'm'],
      ['Add', 'm t', 'a'],
      ['Conv', 'a w b', 'y'],
    ],
    constants: {
      s: constant([1], 3),
      t: constant([1], 4),
      w: constant([1, 1, 1, 1], 2),
      b: constant([1], 1),
    },
  });
  expect(model.graph.node.map(({ opType, input }) => [opType, input[0]])).toEqual([['Conv', 'x']]);
  expect(constantsOf(model)).toEqual([[6], [9]]);
});

describe('goes into the convolutions behind', () => {
  test.each<[string, GraphRows]>([
    ['1 x 1', before([['Conv', 'a w b', 'y']])],
    ['3 x 3 without padding, without a bias', before([['Conv', 'a v', 'y']])],
    ['padding that is VALID', before([['Conv', 'a v', 'y', { auto_pad: 'VALID' }]])],
    [
      '1 x 1 with strides and padding SAME_UPPER, which pads nothing',
      before([['Conv', 'a w', 'y', { strides: [2, 2], auto_pad: 'SAME_UPPER' }]]),
    ],
    ['groups', before([['Conv', 'a g', 'y', { group: 2 }]], { g: constant([6, 2, 3, 3]) })],
    ['depthwise', before([['Conv', 'a g', 'y', { group: 4 }]], { g: constant([8, 1, 3, 3]) })],
  ])('%s', async (_, rows) => {
    const { operators, applied } = await checked(rows);
    expect([operators, applied]).toEqual([['Relu', 'Conv'], { 'affine-behind': 1 }]);
  });

  test('two of them, one on the way to an output of its own', async () => {
    const { operators } = await checked({
      ...before([
        ['Conv', 'a w b', 'y'],
        ['Conv', 'a v b', 'z'],
      ]),
      outputs: ['y', 'z'],
    });
    expect(operators).toEqual(['Relu', 'Conv', 'Conv']);
  });

  const scaleOnly = (reader: NodeRow, constants: GraphRows['constants'] = {}): GraphRows => ({
    ...before([]),
    nodes: [['Relu', 'x', 'r'], ['Mul', 's r', 'a'], reader],
    constants: { ...before([]).constants, ...constants },
  });
  test.each<[string, GraphRows]>([
    ['a scale where it pads', scaleOnly(['Conv', 'a v b', 'y', { pads: [1, 1, 1, 1] }])],
    ['a scale, transposed', scaleOnly(['ConvTranspose', 'a w', 'y'], { w: constant([4, 3, 3, 3]) })],
    [
      'a scale, transposed with groups and padding',
      scaleOnly(['ConvTranspose', 'a w', 'y', { group: 2, pads: [1, 1, 1, 1], strides: [2, 2] }], {
        w: constant([4, 3, 3, 3]),
      }),
    ],
  ])('%s', async (_, rows) => {
    const { operators } = await checked(rows);
    expect(operators).toEqual(['Relu', rows.nodes[2]![0]]);
  });

  test('normalisation of an input', async () => {
    const bn = normalisation('n', 4);
    const { operators } = await checked({
      nodes: [
        ['BatchNormalization', `x ${bn.input}`, 'a'],
        ['Conv', 'a w', 'y'],
      ],
      constants: { w: constant([6, 4, 3, 3]), ...bn.constants },
    });
    expect(operators).toEqual(['Conv']);
  });

  test('a number, where the channels are not known', async () => {
    const { operators } = await checked(
      {
        inputs: { x: [1, 144] },
        nodes: [
          ['Reshape', 'x shape', 'r'],
          ['Mul', 'r k', 'a'],
          ['Conv', 'a w', 'y'],
        ],
        constants: {
          shape: { dims: [4], dataType: 7, rawData: new Uint8Array(BigInt64Array.of(1n, 4n, 6n, 6n).buffer) },
          k: constant([], 3),
          w: constant([6, 4, 3, 3]),
        },
      },
      ['affine-behind'],
    );
    expect(operators).toEqual(['Reshape', 'Mul', 'Conv']); // nor is the number of dimensions
  });
});

describe('stays where it is', () => {
  test.each<[string, GraphRows]>([
    ['a shift where the convolution pads', before([['Conv', 'a v', 'y', { pads: [0, 1, 0, 1] }]])],
    ['a shift where it pads by SAME_LOWER', before([['Conv', 'a v', 'y', { auto_pad: 'SAME_LOWER' }]])],
    ['a shift before 1 x 1 with padding', before([['Conv', 'a w', 'y', { pads: [1, 0, 0, 0] }]])],
    [
      'a shift before a transposed one',
      before([['ConvTranspose', 'a w', 'y']], { w: constant([4, 3, 3, 3]) }),
    ],
    [
      'one of two pads',
      {
        ...before([
          ['Conv', 'a w', 'y'],
          ['Conv', 'a v', 'z', { pads: [1, 1, 1, 1] }],
        ]),
        outputs: ['y', 'z'],
      },
    ],
    [
      'something else reads it',
      {
        ...before([
          ['Conv', 'a w', 'y'],
          ['Relu', 'a', 'z'],
        ]),
        outputs: ['y', 'z'],
      },
    ],
    ['it is an output', { ...before([['Conv', 'a w', 'y']]), outputs: ['y', 'a'] }],
    ['nobody reads it', { ...before([]), outputs: ['a'] }],
    ['weights that are no constant', { ...before([['Conv', 'a r', 'y']]), inputs: { x: [4, 4, 1, 1] } }],
    [
      'a convolution whose weights it is',
      { ...before([['Conv', 'k a', 'y']]), inputs: { x: [4, 4, 1, 1], k: [1, 4, 3, 3] } },
    ],
  ])('%s', async (_, rows) => {
    const { applied, operators } = await checked(rows, ['affine-behind']);
    expect([applied, operators]).toEqual([{}, rows.nodes.map(([opType]) => opType)]);
  });

  test('a constant that stretches one channel to four', async () => {
    const { operators } = await checked({ ...before([['Conv', 'a w', 'y']]), inputs: { x: [1, 1, 6, 6] } });
    expect(operators).toEqual(['Relu', 'Mul', 'Conv']); // the shift of its result goes
  });

  test('a constant that stretches three dimensions to four', async () => {
    const rows = before([['Conv', 'a w', 'y']], { s: constant([1, 4, 1, 1]) });
    const { operators } = await checked({ ...rows, inputs: { x: [4, 6, 6] } });
    expect(operators).toEqual(['Relu', 'Mul', 'Conv']);
  });

  test('a value that a subgraph reads', () => {
    const rows = before([['Conv', 'a w', 'y']]);
    const body = modelOf({ inputs: {}, nodes: [['Neg', 'a', 'inner']], outputs: ['inner'] }).graph;
    const branch = (name: string) => ({ name, type: 5 as const, g: body });
    const choice = {
      opType: 'If',
      input: ['go'],
      output: ['z'],
      attribute: [branch('then_branch'), branch('else_branch')],
    };
    const model = modelOf({ ...rows, extra: [choice], outputs: ['y', 'z'] });
    expect(simplified(model).applied).toEqual({});
  });
});
