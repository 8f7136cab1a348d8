import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import os from 'node:os';
import path from 'node:path';
import type { RuntimeHandle } from '#src/contracts/runtime.js';
import { ATTRIBUTE_TYPE, decodeModel, type OnnxGraph, type OnnxTensor } from '#src/onnx/proto.js';
import { openRuntime, resolveRuntime } from '#src/runtime/index.js';
import {
  bytesOf,
  floatTensor,
  halfModel,
  matmulModel,
  noise,
  unknownOperatorModel,
  valueInfo,
} from '../../../support/networks.js';
import { largestDifference } from '../../../support/difference.js';
import { OCR_MODELS } from '../../../support/ocr-models.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'shared-'));
  process.env.FDEPLOY_CACHE = path.join(folder, 'cache');
});
afterAll(() => {
  delete process.env.FDEPLOY_CACHE;
  rmSync(folder, { recursive: true });
});

const integer = (name: string, i: number) => ({ name, type: ATTRIBUTE_TYPE.int, i });
const subgraph = (name: string, g: OnnxGraph) => ({ name, type: ATTRIBUTE_TYPE.graph, g });

const said: string[] = [];
const resolve = (file: string, shareWeights = true): Promise<RuntimeHandle> =>
  resolveRuntime({ kind: 'onnx', file }, { threads: 1, shareWeights, notify: (text) => said.push(text) });

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

/** Largest difference of the first output between the prepared network and onnxruntime on the original file. */
async function differences(file: string, sizes: readonly (readonly number[])[]): Promise<number[]> {
  const shared = await openRuntime(await resolve(file));
  const alone = await openRuntime(await resolve(file, false));
  expect([shared.handle.prepared, alone.handle.prepared]).toEqual([true, false]);
  const found: number[] = [];
  for (const dims of sizes) {
    const data = noise(dims.reduce((a, b) => a * b, 1));
    const feeds = Object.fromEntries(
      shared.handle.inputs.map(({ name }) => [name, { type: 'float32', dims, data } as const]),
    );
    const [a, b] = [await shared.run(feeds), await alone.run(feeds)];
    for (const name of Object.keys(b)) {
      expect(a[name]!.dims).toEqual(b[name]!.dims);
      found.push(largestDifference(a[name]!.data as Float32Array, b[name]!.data as Float32Array));
    }
  }
  await shared.close();
  await alone.close();
  return found;
}

/** What folding scales into weights may change: weights and sums are rounded elsewhere. */
const SIMPLIFIED = 1e-5;

describe('a prepared network gives what the original gives', () => {
  test('PP-OCRv4 recognition at several widths and batches', async () => {
    const sizes = [100, 320, 777, 1280].map((width) => [1, 3, 48, width]);
    const found = await differences(OCR_MODELS.rec, [...sizes, [6, 3, 48, 320]]);
    for (const difference of found) expect(difference).toBeLessThanOrEqual(SIMPLIFIED);
  });

  test('PP-OCRv4 detection and orientation', async () => {
    const found = [
      ...(await differences(OCR_MODELS.det, [
        [1, 3, 64, 320],
        [1, 3, 224, 96],
      ])),
      ...(await differences(OCR_MODELS.cls, [
        [1, 3, 48, 192],
        [5, 3, 48, 192],
      ])),
    ];
    for (const difference of found) expect(difference).toBeLessThanOrEqual(SIMPLIFIED);
  });

  const fixtures = globSync('fixtures/models/**/*.onnx');
  test.each(fixtures)('%s', async (file) => {
    const { inputs } = await resolve(file);
    if (inputs.length > 1) return expectSameOfProbe(file);
    const dims = inputs[0]!.dims.map((size, axis) => (size > 0 ? size : axis === 0 ? 2 : 224));
    for (const difference of await differences(file, [dims])) expect(difference).toBeLessThanOrEqual(1e-6);
  });

  test('products whose weights are no multiples of 64 bytes long', async () => {
    const file = write('odd.onnx', bytesOf(matmulModel([33, 77, 129, 1021, 301, 7])));
    const found = await differences(file, [
      [1, 33],
      [5, 33],
      [64, 33],
    ]);
    for (const difference of found) expect(difference).toBeLessThanOrEqual(1e-6 * 1e5); // values of about 1e5
    expect(blobs(await resolve(file)).filter(({ offset }) => offset % 64 !== 0)).toEqual([]);
  });
});

/** A detector's scale factor must be sensible: preparing itself has compared its outputs, or it would not be prepared. */
async function expectSameOfProbe(file: string): Promise<void> {
  expect((await resolve(file)).prepared).toBe(true);
}

interface Blob {
  offset: number;
  length: number;
  prepacked: boolean;
}

/** Weights of a graph and of the branches in it. */
const weightsOf = (graph: OnnxGraph): OnnxTensor[] => [
  ...(graph.initializer ?? []),
  ...graph.node.flatMap(({ attribute = [] }) => attribute.flatMap(({ g }) => (g ? weightsOf(g) : []))),
];

/** Where the model says that weights lie in the file beside it. */
function blobs({ file }: RuntimeHandle): Blob[] {
  const found: Blob[] = [];
  for (const { externalData = [] } of weightsOf(decodeModel(readFileSync(file)).graph)) {
    const value = (key: string): number => Number(externalData.find((entry) => entry.key === key)?.value);
    if (externalData.length > 0) {
      found.push({ offset: value('offset'), length: value('length'), prepacked: false });
    }
    for (const { key, value: text } of externalData) {
      if (!key.startsWith('prepacked_')) continue;
      for (const blob of text.split('|').slice(1)) {
        const [offset, length] = blob.split(';').map(Number);
        found.push({ offset: offset!, length: length!, prepacked: true });
      }
    }
  }
  expect(found.length).toBeGreaterThan(0);
  return found;
}

test('every blob of the recognition network is aligned, large ones to a page, and none overlap', async () => {
  const found = blobs(await resolve(OCR_MODELS.rec)).sort((a, b) => a.offset - b.offset);
  expect(found.filter(({ offset }) => offset % 64 !== 0)).toEqual([]);
  expect(found.filter(({ offset, length }) => length >= 65536 && offset % 4096 !== 0)).toEqual([]);
  found.slice(1).forEach(({ offset }, i) => {
    expect(offset).toBeGreaterThanOrEqual(found[i]!.offset + found[i]!.length);
  });
});

test('weights inside the branches of an If are laid out and shared too', async () => {
  const rows = 401; // weights of 4,812 bytes, which is no multiple of 64
  const branch = (name: string, seed: number) => ({
    name,
    input: [],
    output: [valueInfo(`${name}_y`, [1, 3])],
    initializer: [floatTensor(`${name}_w`, [rows, 3], noise(rows * 3, seed))],
    node: [{ opType: 'MatMul', input: ['x', `${name}_w`], output: [`${name}_y`] }],
  });
  const file = write(
    'branches.onnx',
    bytesOf({
      irVersion: 8,
      opsetImport: [{ domain: '', version: 14 }],
      graph: {
        name: 'branches',
        input: [valueInfo('x', [1, rows])],
        output: [valueInfo('y', [1, 3])],
        initializer: [floatTensor('zero', [1], new Float32Array(1))],
        node: [
          { opType: 'ReduceMax', input: ['x'], output: ['largest'], attribute: [integer('keepdims', 0)] },
          { opType: 'Greater', input: ['largest', 'zero'], output: ['positive'] },
          {
            opType: 'If',
            input: ['positive'],
            output: ['y'],
            attribute: [subgraph('then_branch', branch('a', 5)), subgraph('else_branch', branch('b', 6))],
          },
        ],
      },
    }),
  );
  const handle = await resolve(file);
  expect(handle.prepared).toBe(true);
  expect(readdirSync(path.dirname(handle.file))).toContain('weights.bin');
  expect(statSync(path.join(path.dirname(handle.file), 'weights.bin')).size).toBeGreaterThanOrEqual(
    2 * rows * 3 * 4,
  );
  const inside = blobs(handle);
  expect(inside.map(({ prepacked }) => prepacked)).toEqual([false, true, false, true]);
  expect(inside.filter(({ offset }) => offset % 64 !== 0)).toEqual([]);
  const runtime = await openRuntime(handle);
  for (const [value, seed] of [
    [1, 5],
    [-1, 6],
  ] as const) {
    const data = new Float32Array(rows).fill(value);
    const { y } = await runtime.run({ x: { type: 'float32', dims: [1, rows], data } });
    // the sums of the columns, times 1 or -1
    const weights = noise(rows * 3, seed);
    const sums = [0, 1, 2].map((column) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += weights[row * 3 + column]!;
      return sum * value;
    });
    expect(largestDifference(y!.data as Float32Array, Float32Array.from(sums))).toBeLessThan(1e-3);
  }
  await runtime.close();
});

test('half precision: float32 is taken and given back', async () => {
  for (const shareWeights of [true, false]) {
    const runtime = await openRuntime(await resolve(write('half.onnx', bytesOf(halfModel())), shareWeights));
    const { y } = await runtime.run({
      x: { type: 'float32', dims: [3], data: Float32Array.of(0.5, -3, 1000) },
    });
    expect(y).toEqual({ type: 'float32', dims: [3], data: Float32Array.of(1.5, -2, 1001) });
    await runtime.close();
  }
});

describe('mistakes', () => {
  test('a missing input and one of another rank are named', async () => {
    const runtime = await openRuntime(await resolve(OCR_MODELS.cls));
    await expect(runtime.run({})).rejects.toMatchObject({ code: 'INFERENCE_FAILED', file: OCR_MODELS.cls });
    const flat = { type: 'float32', dims: [3], data: new Float32Array(3) } as const;
    await expect(runtime.run({ x: flat })).rejects.toThrow(/"x" wants 4 dimensions, not 1/);
    await runtime.close();
    await expect(runtime.run({ x: flat })).rejects.toMatchObject({ code: 'MODEL_CLOSED' });
  });

  test('an operator that nobody knows is the model at fault, not the cache', async () => {
    const file = write('unknown.onnx', bytesOf(unknownOperatorModel()));
    await expect(resolve(file)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      file,
      message: expect.stringMatching(/Frobnicate/) as string,
    });
  });

  test('a file that is not there', async () => {
    await expect(resolve(path.join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});

test('none of this was worth a word', () => {
  expect(said).toEqual([]);
});
