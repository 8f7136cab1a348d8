import { checked, constant, doubles, modelOf, simplified } from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';

const one = constant([], 1);
const zero = constant([], 0);
const NUMBERS = { one, zero };

describe('hands its input on, so it goes', () => {
  test.each<[string, NodeRow[], string[]]>([
    ['between two nodes', [['Relu', 'x', 'r'], ['Identity', 'r', 'i'], ['Neg', 'i', 'y']], ['Relu', 'Neg']],
    ['read by several, one of them twice', [['Relu', 'x', 'r'], ['Identity', 'r', 'i'], ['Mul', 'i i', 'm'], ['Add', 'm i', 'y']], ['Relu', 'Mul', 'Add']],
    ['of the input', [['Identity', 'x', 'i'], ['Neg', 'i', 'y']], ['Neg']],
    ['a row of them', [['Relu', 'x', 'r'], ['Identity', 'r', 'i'], ['Identity', 'i', 'j'], ['Identity', 'j', 'y']], ['Relu']],
    ['to the output of a value that others read', [['Relu', 'x', 'r'], ['Neg', 'r', 'n'], ['Identity', 'r', 'y']], ['Relu']],
    ['Dropout', [['Relu', 'x', 'r'], ['Dropout', 'r', 'y']], ['Relu']],
    ['Dropout with a ratio', [['Relu', 'x', 'r'], ['Dropout', 'r zero', 'd mask'], ['Neg', 'd', 'y']], ['Relu', 'Neg']],
    ['a product with 1', [['Relu', 'x', 'r'], ['Mul', 'one r', 'y']], ['Relu']],
    ['a quotient by 1', [['Relu', 'x', 'r'], ['Div', 'r one', 'y']], ['Relu']],
    ['a sum with 0', [['Relu', 'x', 'r'], ['Add', 'r zero', 'y']], ['Relu']],
    ['a difference of 0', [['Relu', 'x', 'r'], ['Sub', 'r zero', 'y']], ['Relu']],
  ])('%s', async (_, nodes, wanted) => {
    const { operators, applied, model } = await checked({ nodes, constants: NUMBERS });
    expect([operators, Object.keys(applied)]).toEqual([wanted, ['identity']]);
    expect(model.graph.initializer).toEqual([]);
  }); // prettier-ignore

  test('both outputs keep their names', async () => {
    const { operators } = await checked({
      nodes: [
        ['Relu', 'x', 'r'],
        ['Identity', 'r', 'y'],
        ['Identity', 'r', 'z'],
      ],
      outputs: ['y', 'z'],
    });
    expect(operators).toEqual(['Relu', 'Identity']);
  });
});

test('what nobody reads goes, with its constants', async () => {
  const { operators, model } = await checked({
    nodes: [
      ['Neg', 'x', 'n'],
      ['Add', 'n one', 'a'],
      ['Relu', 'x', 'y'],
    ],
    constants: NUMBERS,
  });
  expect([operators, model.graph.initializer]).toEqual([['Relu'], []]);
});

describe('stays', () => {
  test.each<[string, GraphRows]>([
    ['between an input and an output', { nodes: [['Identity', 'x', 'y']] }],
    ['between a constant and an output', { nodes: [['Identity', 'k', 'y'], ['Neg', 'x', 'z']], constants: { k: constant([2]) }, outputs: ['y', 'z'] }],
    ['between two outputs', { nodes: [['Relu', 'x', 'z'], ['Identity', 'z', 'y']], outputs: ['y', 'z'] }],
    ['Dropout whose mask is read', { nodes: [['Dropout', 'x', 'd mask'], ['Not', 'mask', 'n'], ['Where', 'n d x', 'y']] }],
    ['1 divided by the value', { nodes: [['Div', 'one x', 'y']], constants: NUMBERS }],
    ['the value taken from 0', { nodes: [['Sub', 'zero x', 'y']], constants: NUMBERS }],
    ['a product with 1 that makes the result wider', { nodes: [['Relu', 'x', 'r'], ['Mul', 'r wide', 'y']], constants: { wide: constant([1, 1, 1, 1, 1], 1) } }],
    ['a sum with zeros', { nodes: [['Relu', 'x', 'r'], ['Add', 'r zeros', 'y']], constants: { zeros: constant([4, 1, 1], 0) } }],
  ])('%s', async (_, rows) => {
    const { operators, applied } = await checked(rows);
    expect([operators, applied]).toEqual([rows.nodes.map(([opType]) => opType), {}]);
  }); // prettier-ignore

  test('Dropout that may be asked to train', () => {
    const rows: GraphRows = {
      inputs: { x: [4], train: [] },
      nodes: [['Dropout', 'x one train', 'y']],
      constants: NUMBERS,
    };
    expect(simplified(modelOf(rows)).applied).toEqual({});
  });

  test('a product with 1 in double precision', () => {
    const rows: GraphRows = {
      nodes: [['Mul', 'x k', 'y']],
      constants: { k: doubles([], [1]) },
      type: 'float64',
    };
    expect(simplified(modelOf(rows)).applied).toEqual({});
  });

  test('a value that a subgraph reads keeps its name', () => {
    const body = modelOf({ inputs: {}, nodes: [['Neg', 'i', 'inner']], outputs: ['inner'] }).graph;
    const branch = (name: string) => ({ name, type: 5 as const, g: body });
    const choice = {
      opType: 'If',
      input: ['go'],
      output: ['z'],
      attribute: [branch('then_branch'), branch('else_branch')],
    };
    const nodes: NodeRow[] = [
      ['Relu', 'x', 'r'],
      ['Identity', 'r', 'i'],
      ['Neg', 'i', 'y'],
    ];
    const { operators, model } = simplified(modelOf({ nodes, extra: [choice], outputs: ['y', 'z'] }));
    expect(operators).toEqual(['Relu', 'Neg', 'If']);
    expect(model.graph.node[0]!.output).toEqual(['i']);
  });
});
