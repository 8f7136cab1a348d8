import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { readGraph } from '#src/onnx/graph/index.js';
import {
  DATA_LOCATION,
  encodeModel,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from '#src/onnx/proto.js';
import { NotSimplifiable, simplifyFile } from '#src/onnx/simplify/index.js';
import { checked, constant, modelOf, normalisation, simplified } from '../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../support/graphs.js';
import { tempFolder } from '../../support/temp.js';

const folder = tempFolder();

/** A block of LCNetV3 as PP-OCRv4 has it: learned scales around a hard-swish that was taken apart. */
const BLOCK: NodeRow[] = [
  ['Conv', 'x w b', 'c', { pads: [1, 1, 1, 1] }],
  ['Mul', 's1 c', 'm1'],
  ['Add', 'm1 t1', 'a1'],
  ['Add', 'a1 three', 'p'],
  ['Clip', 'p zero six', 'q'],
  ['Mul', 'a1 q', 'r'],
  ['Div', 'r six', 'h'],
  ['Mul', 's2 h', 'm2'],
  ['Add', 'm2 t2', 'a2'],
];
const CONSTANTS = {
  w: constant([6, 4, 3, 3]),
  b: constant([6]),
  v: constant([5, 6, 1, 1]),
  d: constant([6, 1, 3, 3]),
  s1: constant([1], 1.5),
  t1: constant([1], 0.2),
  s2: constant([1], 0.25),
  t2: constant([1], 0.1),
  zero: constant([], 0),
  three: constant([], 3),
  six: constant([], 6),
};
const block = (reader: NodeRow, more: Partial<GraphRows> = {}): GraphRows => ({
  nodes: [...BLOCK, reader],
  constants: CONSTANTS,
  ...more,
});

test('rules open the way for others: the scales of a block are in its convolutions', async () => {
  const { operators } = await checked(block(['Conv', 'a2 v', 'y']));
  expect(operators).toEqual(['Conv', 'HardSigmoid', 'Mul', 'Conv']);
});

test('where the next convolution pads, the second pair is a convolution', async () => {
  const { operators } = await checked(block(['Conv', 'a2 d', 'y', { group: 6, pads: [1, 1, 1, 1] }]));
  expect(operators).toEqual(['Conv', 'HardSigmoid', 'Mul', 'Conv', 'Conv']);
});

test('only the rules that are named are applied', async () => {
  const { applied } = await checked(block(['Conv', 'a2 v', 'y']), ['identity', 'affine-behind']);
  expect(applied).toEqual({ 'affine-behind': 1 });
});

test('values that stand in Constant nodes, and initialisers that are listed as inputs', () => {
  const model = modelOf(block(['Conv', 'a2 v', 'y']));
  const { initializer, input, node } = model.graph;
  const tensors = initializer!.splice(0, 6);
  node.unshift(
    ...tensors.map((t): OnnxNode => ({
      opType: 'Constant',
      input: [],
      output: [t.name!],
      attribute: [{ name: 'value', type: 4, t }],
    })),
  );
  for (const { name } of initializer!) input.push({ name: name! });
  const { operators, model: result } = simplified(model);
  expect(operators).toEqual(['Conv', 'HardSigmoid', 'Mul', 'Conv']);
  expect(result.graph.input.map(({ name }) => name)).toEqual(['x']);
});

test('what is not the graph is kept', () => {
  const { model } = simplified(modelOf(block(['Conv', 'a2 v', 'y'])));
  expect(model).toMatchObject({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [{ key: 'made-by', value: 'a test' }],
  });
  expect(model.graph.output.map(({ name }) => name)).toEqual(['y']);
});

/** Moves the values of some initialisers into a file. */
function external(model: OnnxModel, location: string, names: string[], place: string): void {
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of model.graph.initializer!) {
    if (!names.includes(tensor.name!)) continue;
    const bytes = tensor.rawData!;
    delete tensor.rawData;
    tensor.dataLocation = DATA_LOCATION.external;
    tensor.externalData = Object.entries({ location, offset, length: bytes.length }).map(([key, value]) => ({
      key,
      value: String(value),
    }));
    parts.push(bytes);
    offset += bytes.length;
  }
  mkdirSync(path.dirname(path.join(place, location)), { recursive: true });
  writeFileSync(path.join(place, location), Buffer.concat(parts));
}

async function outputOf(file: string): Promise<number[]> {
  const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: 'disabled' });
  const data = Float32Array.from({ length: 144 }, (_, i) => Math.sin(i));
  const { y } = await session.run({ x: new ort.Tensor('float32', data, [1, 4, 6, 6]) });
  await session.release();
  return [...(y!.data as Float32Array)];
}

describe('weights in a file of their own', () => {
  test('are read where a rule needs them, and copied where none does', async () => {
    const place = path.join(folder, 'external');
    const rows = block(['Conv', 'a2 v', 'z']);
    rows.nodes.push(['Relu', 'z', 'relu'], ['Conv', 'relu u', 'y']);
    const model = modelOf({ ...rows, constants: { ...CONSTANTS, u: constant([2, 5, 1, 1]) } });
    external(model, 'weights/all.bin', ['w', 'v', 'u', 's1', 'three'], place);
    const file = path.join(place, 'model.onnx');
    writeFileSync(file, encodeModel(model));
    const made = await simplifyFile(file, path.join(place, 'out'));
    expect(made?.applied).toEqual({ 'hard-activation': 1, 'affine-before': 1, 'affine-behind': 1 });
    const [wanted, found] = [await outputOf(file), await outputOf(made!.file)];
    wanted.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 5);
    });
    expect(readFileSync(path.join(place, 'out/weights/all.bin'))).toEqual(
      readFileSync(path.join(place, 'weights/all.bin')),
    );
  });

  test("that is shorter than the model says are nobody's, and neither is a file outside of the folder", () => {
    const place = path.join(folder, 'short');
    const model = modelOf(block(['Conv', 'a2 v', 'y']));
    external(model, 'short.bin', ['w'], place);
    const outside: OnnxTensor = model.graph.initializer!.find(({ name }) => name === 'v')!;
    external(model, 'v.bin', ['v'], place);
    writeFileSync(path.join(place, 'short.bin'), new Uint8Array(100));
    outside.externalData![0]!.value = '../short/v.bin';
    const file = path.join(place, 'model.onnx');
    writeFileSync(file, encodeModel(model));
    const graph = readGraph(file);
    expect([graph.floats('w'), graph.floats('v')]).toEqual([undefined, undefined]);
  });
});

test("a network that only onnxruntime's own rewriting fits stays untouched", async () => {
  const bn = normalisation('n', 6);
  const file = path.join(folder, 'plain.onnx');
  const rows: GraphRows = {
    nodes: [
      ['Conv', 'x w b', 'c'],
      ['BatchNormalization', `c ${bn.input}`, 'n'],
      ['Identity', 'n', 'i'],
      ['Relu', 'i', 'y'],
    ],
    constants: { ...CONSTANTS, ...bn.constants },
  };
  writeFileSync(file, encodeModel(modelOf(rows)));
  expect(await simplifyFile(file, path.join(folder, 'plain'))).toBeUndefined();
});

test('a file that is no model', async () => {
  const file = path.join(folder, 'no.onnx');
  writeFileSync(file, 'no model at all');
  await expect(simplifyFile(file, path.join(folder, 'no'))).rejects.toThrow(NotSimplifiable);
});
