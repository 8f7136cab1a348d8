import {
  checked,
  constant,
  constantsOf,
  doubles,
  modelOf,
  normalisation,
  simplified,
} from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';

const CONV: NodeRow = ['Conv', 'x w b', 'c', { pads: [1, 1, 1, 1] }];
const WEIGHTS = { w: constant([6, 4, 3, 3]), b: constant([6], undefined, 2) };
const bn = normalisation('n', 6);

/** A convolution to 6 channels and what stands behind it. */
const behind = (nodes: NodeRow[], constants: GraphRows['constants'] = {}): GraphRows => ({
  nodes: [CONV, ...nodes],
  constants: { ...WEIGHTS, ...constants },
});

test('by hand: 2 x 3 + 1, scaled by -4 and shifted by 0.5', async () => {
  const rows: GraphRows = {
    inputs: { x: [1, 1, 1, 1] },
    nodes: [
      ['Conv', 'x w b', 'c'],
      ['Mul', 'c s', 'm'],
      ['Add', 'm t', 'y'],
    ],
    constants: {
      w: constant([1, 1, 1, 1], 3),
      b: constant([1], 1),
      s: constant([1], -4),
      t: constant([1], 0.5),
    },
  };
  const { model } = await checked(rows);
  expect(model.graph.node.map(({ opType, output }) => [opType, output])).toEqual([['Conv', ['y']]]);
  expect(constantsOf(model)).toEqual([[-12], [-3.5]]); // 3 x -4; 1 x -4 + 0.5
});

test('sums are rounded once, at the end: 2^24 + 1 is no float32', () => {
  const rows: GraphRows = {
    inputs: { x: [1, 1, 1, 1] },
    nodes: [
      ['Conv', 'x w', 'c'],
      ['Add', 'c large', 'a'],
      ['Add', 'a one', 'p'],
      ['Sub', 'p large', 'y'],
    ],
    constants: { w: constant([1, 1, 1, 1], 1), large: constant([1], 2 ** 24), one: constant([1], 1) },
  };
  expect(constantsOf(simplified(modelOf(rows)).model)).toEqual([[1], [1]]);
});

describe('goes into the convolution', () => {
  test.each<[string, NodeRow[], GraphRows['constants']?]>([
    ['one number without dimensions', [['Add', 'c s', 'y']], { s: constant([], 3) }],
    ['one number of one dimension', [['Mul', 'c s', 'y']], { s: constant([1], 3) }],
    ['one number of all dimensions', [['Mul', 's c', 'y']], { s: constant([1, 1, 1, 1], 3) }],
    ['one a channel on the left', [['Add', 's c', 'y']], { s: constant([6, 1, 1]) }],
    ['one a channel of four dimensions', [['Sub', 'c s', 'y']], { s: constant([1, 6, 1, 1]) }],
    ['the other way round', [['Sub', 's c', 'y']], { s: constant([6, 1, 1]) }],
    ['division', [['Div', 'c s', 'y']], { s: constant([6, 1, 1], [1, 2, -3, 4, 0.1, 6]) }],
    ['zero and negative scales', [['Mul', 's c', 'y']], { s: constant([6, 1, 1], [0, -1, -0, 2, 1, -3]) }],
    [
      'a chain with normalisation in it',
      [
        ['Mul', 'c s', 'm'],
        ['BatchNormalization', `m ${bn.input}`, 'n'],
        ['Add', 's n', 'a'],
        ['Div', 'a t', 'y'],
      ],
      { ...bn.constants, s: constant([1], 3), t: constant([6, 1, 1], 7) },
    ],
  ])('%s', async (_, nodes, constants) => {
    const { operators, applied } = await checked(behind(nodes, constants));
    expect([operators, applied]).toEqual([['Conv'], { 'affine-before': 1 }]);
  });

  test.each<[string, NodeRow, GraphRows['constants']]>([
    ['without a bias', ['Conv', 'x w', 'c'], { w: constant([6, 4, 3, 3]) }],
    ['with groups', ['Conv', 'x w', 'c', { group: 2 }], { w: constant([6, 2, 3, 3]) }],
    [
      'depthwise, dilated, padded',
      ['Conv', 'x w', 'c', { group: 4, dilations: [2, 2], pads: [2, 2, 2, 2] }],
      { w: constant([4, 1, 3, 3]) },
    ],
    [
      'transposed',
      ['ConvTranspose', 'x w b', 'c', { strides: [2, 2] }],
      { w: constant([4, 6, 2, 2]), b: WEIGHTS.b },
    ],
    ['transposed with groups', ['ConvTranspose', 'x w', 'c', { group: 2 }], { w: constant([4, 3, 2, 3]) }],
  ])('a convolution %s', async (_, convolution, constants) => {
    const w = constants!.w!.dims;
    const channels = convolution[0] === 'Conv' ? w[0]! : w[1]! * Number(convolution[3]?.group ?? 1);
    const { operators } = await checked({
      nodes: [convolution, ['Mul', 's c', 'm'], ['Add', 't m', 'y']],
      constants: { ...constants, s: constant([channels, 1, 1]), t: constant([1], 2) },
    });
    expect(operators).toEqual([convolution[0]]);
  });

  test('three dimensions', async () => {
    const { operators } = await checked({
      inputs: { x: [2, 4, 9] },
      nodes: [
        ['Conv', 'x w', 'c'],
        ['Mul', 's c', 'y'],
      ],
      constants: { w: constant([6, 4, 3]), s: constant([6, 1]) },
    });
    expect(operators).toEqual(['Conv']);
  });

  test('weights of several convolutions: each gets its own', async () => {
    const { operators, model } = await checked({
      nodes: [
        CONV,
        ['Conv', 'x w b', 'd', { pads: [1, 1, 1, 1] }],
        ['Conv', 'x w b', 'e', { pads: [1, 1, 1, 1] }],
        ['Mul', 's c', 'm'],
        ['Mul', 't d', 'n'],
        ['Sum', 'm n e', 'y'],
      ],
      constants: { ...WEIGHTS, s: constant([1], 2), t: constant([1], 3) },
    });
    expect(operators).toEqual(['Conv', 'Conv', 'Conv', 'Sum']);
    expect(model.graph.initializer).toHaveLength(6);
  });
});

describe('normalisation, which onnxruntime takes too, is a rule of its own', () => {
  test.each<[string, NodeRow[], GraphRows['constants']]>([
    ['BatchNormalization', [['BatchNormalization', `c ${bn.input}`, 'y']], bn.constants],
    ['of an old operator set', [['BatchNormalization', `c ${bn.input}`, 'y', { spatial: 1 }]], bn.constants],
    [
      'with one scale and shift a channel',
      [
        ['BatchNormalization', `c ${bn.input}`, 'n'],
        ['Mul', 'n s', 'm'],
        ['Add', 'm s', 'y'],
      ],
      { ...bn.constants, s: constant([6, 1, 1]) },
    ],
  ])('%s', async (_, nodes, constants) => {
    const old = nodes[0]![3] !== undefined;
    const { operators, applied } = await checked({ ...behind(nodes, constants), opset: old ? 8 : 13 });
    expect([operators, applied]).toEqual([['Conv'], { 'normalisation-before': 1 }]);
  });

  test('behind a transposed convolution onnxruntime leaves it', async () => {
    const { operators, applied } = await checked({
      nodes: [
        ['ConvTranspose', 'x w b', 'c'],
        ['BatchNormalization', `c ${bn.input}`, 'y'],
      ],
      constants: { w: constant([4, 6, 3, 3]), b: WEIGHTS.b, ...bn.constants },
    });
    expect([operators, applied]).toEqual([['ConvTranspose'], { 'affine-before': 1 }]);
  });
});

describe('stays where it is', () => {
  const SCALE: NodeRow = ['Mul', 's c', 'y'];
  test.each<[string, Partial<GraphRows>]>([
    [
      'the convolution is an output too',
      { ...behind([SCALE], { s: constant([1], 2) }), outputs: ['y', 'c'] },
    ],
    [
      'something else reads the convolution',
      { ...behind([SCALE, ['Relu', 'c', 'r']], { s: constant([1], 2) }), outputs: ['y', 'r'] },
    ],
    ['it is read twice by one node', behind([['Mul', 'c c', 'y']])],
    ['one number a column, as many as channels', behind([SCALE], { s: constant([6]) })],
    ['one number a row', behind([SCALE], { s: constant([6, 1]) })],
    ['a number a place', behind([SCALE], { s: constant([1, 6, 6, 6]) })],
    ['five dimensions make the result wider', behind([SCALE], { s: constant([1, 1, 1, 1, 1]) })],
    [
      'the weights are an input',
      { ...behind([SCALE], { s: constant([1], 2) }), inputs: { x: [1, 4, 6, 6], w: [6, 4, 3, 3] } },
    ],
    [
      'the bias is an input',
      { ...behind([SCALE], { s: constant([1], 2) }), inputs: { x: [1, 4, 6, 6], b: [6] } },
    ],
    ['the scale is an input', { ...behind([SCALE]), inputs: { x: [1, 4, 6, 6], s: [6, 1, 1] } }],
    ['a number divided by the value', behind([['Div', 's c', 'y']], { s: constant([1], 2) })],
    [
      'weights past float32',
      { ...behind([SCALE, ['Mul', 'y s', 'z']], { s: constant([1], 3e38) }), outputs: ['z'] },
    ],
  ])('%s', (_, rows) => {
    const given = { ...behind([]), ...rows };
    const inputs = Object.keys(given.inputs ?? {});
    const constants = Object.entries(given.constants ?? {}).filter(([name]) => !inputs.includes(name));
    const { applied } = simplified(modelOf({ ...given, constants: Object.fromEntries(constants) }));
    expect(applied).toEqual({});
  });

  test('one output channel that the sum makes five', async () => {
    const { operators } = await checked({
      nodes: [
        ['Conv', 'x w', 'c'],
        ['Add', 'c s', 'y'],
      ],
      constants: { w: constant([1, 4, 3, 3]), s: constant([5, 1, 1]) },
    });
    expect(operators).toEqual(['Conv', 'Add']);
  });

  test('division by zero', () => {
    const { applied } = simplified(modelOf(behind([['Div', 'c s', 'y']], { s: constant([1], 0) })));
    expect(applied).toEqual({});
  });

  test('normalisation that is trained, or whose statistics are read', () => {
    const statistics = behind([['BatchNormalization', `c ${bn.input}`, 'y m v']], bn.constants);
    const training = behind(
      [['BatchNormalization', `c ${bn.input}`, 'y', { training_mode: 1 }]],
      bn.constants,
    );
    expect(simplified(modelOf({ ...statistics, outputs: ['y', 'm'], opset: 8 })).applied).toEqual({});
    expect(simplified(modelOf({ ...training, opset: 14 })).applied).toEqual({});
  });

  test('double precision', () => {
    const w = doubles([4, 4, 1, 1], new Array<number>(16).fill(1));
    const rows: GraphRows = {
      nodes: [
        ['Conv', 'x w', 'c'],
        ['Mul', 's c', 'y'],
      ],
      constants: { w, s: doubles([1], [2]) },
      type: 'float64',
    };
    expect(simplified(modelOf(rows)).applied).toEqual({});
  });

  test('half precision', () => {
    const half = (dims: number[]): NonNullable<GraphRows['constants']>[string] => ({
      dims,
      dataType: 10,
      rawData: new Uint8Array(2 * dims.reduce((a, b) => a * b, 1)),
    });
    const rows: GraphRows = {
      nodes: [
        ['Conv', 'x w', 'c'],
        ['Mul', 's c', 'y'],
      ],
      constants: { w: half([4, 4, 1, 1]), s: half([1]) },
      type: 'float16',
    };
    expect(simplified(modelOf(rows)).applied).toEqual({});
  });
});
