import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelSource, RuntimeHandle } from '#src/contracts/runtime.js';
import { decodeModel, encodeModel } from '#src/onnx/proto.js';
import { openRuntime, resolveRuntime } from '#src/runtime/index.js';
import { constant, modelOf } from '../../../support/graphs.js';
import type { GraphRows, NodeRow } from '../../../support/graphs.js';
import { largestDifference } from '../../../support/difference.js';
import { OCR_MODELS } from '../../../support/ocr-models.js';
import { noise } from '../../../support/networks.js';
import { tempFolder } from '../../../support/temp.js';

const folder = tempFolder();
process.env.FDEPLOY_CACHE = path.join(folder, 'cache');
let said: string[] = [];
beforeEach(() => {
  said = [];
  delete process.env.FDEPLOY_SIMPLIFY;
});
afterAll(() => {
  delete process.env.FDEPLOY_CACHE;
});

const resolve = (source: ModelSource, shareWeights = true): Promise<RuntimeHandle> =>
  resolveRuntime(source, { threads: 1, shareWeights, notify: (sentence) => said.push(sentence) });

function write(name: string, rows: GraphRows): ModelSource {
  const file = path.join(folder, `${name}.onnx`);
  const inputs = rows.inputs ?? { x: [1, 4, 6, 6] };
  const model = modelOf({ ...rows, inputs });
  model.graph.output = model.graph.output.map(({ name: output }) => ({
    name: output,
    type: { tensorType: { elemType: 1, shape: { dim: [{}, {}, {}, {}] } } },
  }));
  writeFileSync(file, encodeModel(model));
  return { kind: 'onnx', file };
}

async function outputOf(handle: RuntimeHandle): Promise<Float32Array> {
  const runtime = await openRuntime(handle);
  const { name, dims: declared } = handle.inputs[0]!;
  const dims = declared.map((size, axis) => (size > 0 ? size : [1, 3, 48, 100][axis]!));
  const data = noise(dims.reduce((product, size) => product * size, 1));
  const outputs = await runtime.run({ [name]: { type: 'float32', dims, data } });
  await runtime.close();
  return Object.values(outputs)[0]!.data as Float32Array;
}

const operatorsOf = ({ file }: RuntimeHandle): string[] =>
  decodeModel(readFileSync(file)).graph.node.map(({ opType }) => opType);

const SWISH: NodeRow[] = [
  ['Add', 's three', 'p'],
  ['Clip', 'p zero six', 'q'],
  ['Mul', 's q', 'r'],
  ['Div', 'r six', 'h'],
  ['Conv', 'h v', 'y'],
];
const NUMBERS = {
  w: constant([8, 4, 1, 1]),
  v: constant([8, 8, 3, 3]),
  zero: constant([], 0),
  three: constant([], 3),
  six: constant([], 6),
};

test('a prepared network is simplified; FDEPLOY_SIMPLIFY=0 leaves it, as another entry', async () => {
  const source = write('swish', { nodes: [['Conv', 'x w', 's'], ...SWISH], constants: NUMBERS });
  const simplified = await resolve(source);
  process.env.FDEPLOY_SIMPLIFY = '0';
  const untouched = await resolve(source);
  const alone = await resolve(source, false);
  expect([operatorsOf(simplified).includes('Clip'), operatorsOf(untouched).includes('Clip')]).toEqual([
    false,
    true,
  ]);
  expect(path.dirname(simplified.file)).not.toBe(path.dirname(untouched.file));
  const wanted = await outputOf(alone);
  expect(await outputOf(untouched)).toEqual(wanted);
  expect(largestDifference(await outputOf(simplified), wanted)).toBeLessThanOrEqual(1e-5);
  expect(said).toEqual([]);
});

test('FDEPLOY_SIMPLIFY must be 0 or 1', async () => {
  process.env.FDEPLOY_SIMPLIFY = 'no';
  await expect(resolve({ kind: 'onnx', file: OCR_MODELS.cls })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: 'FDEPLOY_SIMPLIFY must be 0 or 1, not "no"',
  });
});

test('a rewriting that changes the outputs is left out and told once; the others are made', async () => {
  // Adding 2^24 and taking it away rounds to whole numbers; in the weights nothing is rounded.
  const source = write('cancel', {
    nodes: [['Conv', 'x w', 'c'], ['Add', 'c large', 'l'], ['Sub', 'l large', 's'], ...SWISH],
    constants: { ...NUMBERS, large: constant([1], 2 ** 24) },
  });
  const handle = await resolve(source);
  const file = source.kind === 'onnx' ? source.file : '';
  expect(said).toEqual([
    `${file} is prepared without the simplification "affine-before": output "y" has other values.`,
  ]);
  const operators = operatorsOf(handle);
  expect([operators.includes('Sub'), operators.includes('Clip')]).toEqual([true, false]);
  expect(
    largestDifference(await outputOf(handle), await outputOf(await resolve(source, false))),
  ).toBeLessThan(1e-5);
  await resolve(source);
  expect(said).toHaveLength(1);
});

test('outputs that onnxruntime itself rounds otherwise may differ as much', async () => {
  // The difference of two equal sums is what was rounded, here a hundred thousand times as large.
  const source = write('rounding', {
    nodes: [
      ['Conv', 'x w', 's'],
      ...SWISH.slice(0, -1),
      ['Conv', 'h v', 'a'],
      ['Conv', 'h v3', 'b'],
      ['Div', 'b three', 'third'],
      ['Sub', 'a third', 'd'],
      ['Mul', 'd large', 'y'],
    ],
    constants: {
      ...NUMBERS,
      v3: constant(
        [8, 8, 3, 3],
        Array.from(noise(576), (value) => 3 * value),
      ),
      large: constant([], 1e5),
    },
  });
  expect([operatorsOf(await resolve(source)).includes('Clip'), said]).toEqual([false, []]);
});

test('Paddle exports too', async () => {
  const place = path.join(folder, 'paddle.json');
  writeFileSync(place, JSON.stringify(scaledConvolution()));
  writeFileSync(path.join(folder, 'paddle.pdiparams'), parameters([1, 1, 1, 1], [3]));
  const handle = await resolve({
    kind: 'paddle',
    model: place,
    params: path.join(folder, 'paddle.pdiparams'),
  });
  expect(operatorsOf(handle).filter((name) => name !== 'ReorderInput' && name !== 'ReorderOutput')).toEqual([
    'Conv',
  ]);
  const runtime = await openRuntime(handle);
  const data = Float32Array.of(1, -1, 2, 0);
  const outputs = await runtime.run({ x: { type: 'float32', dims: [1, 1, 2, 2], data } });
  await runtime.close();
  expect(Object.values(outputs)[0]!.data).toEqual(Float32Array.of(11, -1, 17, 5)); // 2 (3 x) + 5
});

/** PIR of 2 (3 x) + 5: a convolution with one weight and `scale`. */
function scaledConvolution(): unknown {
  const type = (dims: number[]) => ({ '#': '0.t_dtensor', D: [{ '#': '0.t_f32' }, dims, 'NCHW', [], 0] });
  const attribute = (N: string, tag: string, D: unknown) => ({ N, AT: { '#': tag, D } });
  const ints = (name: string, values: number[]) =>
    attribute(name, '0.a_array', values.map((D) => ({ '#': '0.a_i32', D }))); // prettier-ignore
  const op = (name: string, inputs: number[], output: number, dims: number[], attributes: unknown[]) => ({
    '#': name,
    I: inputs.map((value) => ({ '%': value })),
    O: [{ '%': output, TT: type(dims) }],
    A: attributes,
  });
  const dims = [1, 1, 2, 2];
  const window = [ints('strides', [1, 1]), ints('paddings', [0, 0]), ints('dilations', [1, 1])];
  const ops = [
    { '#': 'p', A: [0, 1, 1, 'w'], O: { '%': 1, TT: type([1, 1, 1, 1]) }, OA: [1, 0, 1], DA: [], QA: [] },
    op('1.data', [], 2, dims, [attribute('name', '0.a_str', 'x')]),
    op('1.conv2d', [2, 1], 3, dims, [...window, attribute('groups', '0.a_i32', 1)]),
    op('1.full', [], 4, [1], [attribute('value', '0.a_f64', 2), ints('shape', [1])]),
    op('1.scale', [3, 4], 5, dims, [
      attribute('bias', '0.a_f32', 5),
      attribute('bias_after_scale', '0.a_bool', true),
    ]),
    op('1.fetch', [5], 6, dims, [attribute('name', '0.a_str', 'y'), attribute('col', '0.a_i32', 0)]),
  ];
  const block = { '#': 'block_0', args: [], ops };
  return {
    base_code: { magic: 'pir', trainable: true, version: 3 },
    program: { regions: [{ '#': 'region_0', blocks: [block] }] },
  };
}

/** One float32 parameter as Paddle saves it. */
function parameters(dims: number[], values: number[]): Buffer {
  const descriptor = Buffer.from([0x08, 5, ...dims.flatMap((size) => [0x10, size])]);
  const head = Buffer.alloc(20);
  head.writeInt32LE(descriptor.length, 16);
  return Buffer.concat([head, descriptor, Buffer.from(Float32Array.from(values).buffer)]);
}
