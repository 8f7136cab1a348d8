import { Graph } from '#src/onnx/graph/index.js';
import { DATA_TYPE } from '#src/onnx/proto.js';
import { constant, modelOf, nodeOf } from '../support/graphs.js';

/** x -> Relu r -> Mul with k, twice read, -> y */
const rows = {
  nodes: [
    ['Relu', 'x', 'r'],
    ['Mul', 'r k', 'm'],
    ['Add', 'm r', 'y'],
  ] as [string, string, string][],
  constants: { k: constant([4, 1, 1], [1, 2, 3, 4]) },
};

test('who gives a value and who reads it', () => {
  const graph = new Graph(modelOf(rows));
  const [relu, mul, add] = graph.nodes;
  expect(graph.producer('r')).toBe(relu);
  expect(graph.producer('x')).toBeUndefined();
  expect(graph.producer('k')).toBeUndefined();
  expect(graph.consumers('r')).toEqual([mul, add]);
  expect([graph.onlyConsumer('m'), graph.onlyConsumer('r'), graph.onlyConsumer('y')]).toEqual([
    add,
    undefined,
    undefined,
  ]);
});

test('constants: float32 as numbers, integers, others not', () => {
  const model = modelOf({
    nodes: [['Identity', 'x', 'y']],
    constants: {
      list: { dims: [2], dataType: DATA_TYPE.float32, floatData: [1.5, -2] },
      raw: constant([2], [3, 4]),
      wrong: { ...constant([2], [3, 4]), dims: [3] },
      wide: { dims: [2], dataType: DATA_TYPE.int64, int64Data: [7, -8] },
      narrow: { dims: [1], dataType: DATA_TYPE.int32, rawData: Uint8Array.of(255, 255, 255, 255) },
      half: { dims: [1], dataType: DATA_TYPE.float16, rawData: Uint8Array.of(0, 60) },
    },
  });
  const graph = new Graph(model);
  const floats = (name: string): number[] | undefined => {
    const values = graph.floats(name)?.values;
    return values && [...values];
  };
  expect(['list', 'raw', 'wrong', 'half', 'wide', 'x'].map(floats)).toEqual([
    [1.5, -2],
    [3, 4],
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(['wide', 'narrow', 'raw'].map((name) => graph.integers(name))).toEqual([[7, -8], [-1], undefined]);
});

test('nodes are replaced in place, and constants that nobody reads are not written', () => {
  const graph = new Graph(modelOf(rows));
  const [, mul, add] = graph.nodes as [unknown, ReturnType<typeof nodeOf>, ReturnType<typeof nodeOf>];
  const two = graph.addFloats('k', { dims: [], values: Float64Array.of(1 / 3) });
  graph.replace([mul, add], [nodeOf(['Sub', `r ${two}`, 'y'])]);
  const { graph: written } = graph.toModel();
  expect(written.node.map(({ opType }) => opType)).toEqual(['Relu', 'Sub']);
  expect(written.initializer!.map(({ name, dims, dataType }) => [name, dims, dataType])).toEqual([
    ['k.1', [], DATA_TYPE.float32],
  ]);
  expect(graph.floats(two)!.values[0]).toBe(1 / 3); // rounded when it is written
  expect([graph.has(mul), graph.has(graph.nodes[1]!)]).toEqual([false, true]);
});

test('readers are sent to another value', () => {
  const graph = new Graph(modelOf(rows));
  graph.redirect('r', 'x');
  expect(graph.nodes.map(({ input }) => input)).toEqual([['x'], ['x', 'k'], ['m', 'x']]);
  expect(graph.consumers('r')).toEqual([]);
});

test("new names are nobody's, in subgraphs neither", () => {
  const body = modelOf({ inputs: {}, nodes: [['Neg', 'r', 'inner']], outputs: ['inner'] }).graph;
  const branch = (name: string) => ({ name, type: 5 as const, g: body });
  const choice = {
    opType: 'If',
    input: ['go'],
    output: ['z'],
    attribute: [branch('then_branch'), branch('else_branch')],
  };
  const graph = new Graph(modelOf({ ...rows, extra: [choice] }));
  expect(['inner', 'x', 'm', 'k', 'fresh', 'fresh'].map((name) => graph.uniqueName(name))).toEqual([
    'inner.1',
    'x.1',
    'm.1',
    'k.1',
    'fresh',
    'fresh.1',
  ]);
  expect([graph.isPinned('r'), graph.isPinned('m'), graph.isPinned('y')]).toEqual([true, false, true]);
});

test('shapes as far as they are known', () => {
  const model = modelOf({
    inputs: { x: [-1, 4, -1, -1], z: [3] },
    nodes: [
      ['Conv', 'x w', 'c'],
      ['Relu', 'c', 'r'],
      ['Mul', 'r k', 'scaled'],
      ['Add', 'z k', 'wider'],
      ['Concat', 'r c', 'both', { axis: 1 }],
      ['ConvTranspose', 'x t', 'up', { group: 2 }],
      ['Reshape', 'x s', 'unknown'],
      ['Relu', 'unknown', 'y'],
    ],
    constants: {
      w: constant([6, 4, 3, 3]),
      k: constant([6, 1, 1]),
      t: constant([4, 5, 2, 2]),
      s: { dims: [1], dataType: DATA_TYPE.int64, int64Data: [-1] },
    },
  });
  const graph = new Graph(model);
  expect(['x', 'c', 'scaled', 'wider', 'both', 'up', 'y'].map((name) => graph.shape(name))).toEqual([
    { rank: 4, channels: 4 },
    { rank: 4, channels: 6 },
    { rank: 4, channels: 6 },
    { rank: 3, channels: 1 },
    { rank: 4, channels: 12 },
    { rank: 4, channels: 10 },
    undefined,
  ]);
});
