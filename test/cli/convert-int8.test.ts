import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { openRuntime, resolveRuntime } from '#src/runtime/index.js';
import { runCli, SHAPES_MODEL } from '../support/cli.js';
import { OCR_MODELS } from '../support/ocr-models.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const env = { FDEPLOY_CACHE: path.join(folder, 'cache') };
const convert = (...args: string[]): ReturnType<typeof runCli> =>
  runCli(['convert', '--precision', 'int8', ...args], { env });

test('a network with a table becomes one ONNX file that onnxruntime computes like --precision int8', async () => {
  const output = path.join(folder, 'int8', 'rec.onnx');
  mkdirSync(path.dirname(output));
  const { code, stderr } = await convert(OCR_MODELS.rec, '-o', output);
  expect([code, stderr]).toEqual([0, `fdeploy: wrote ${output}\n`]);
  expect(readdirSync(path.dirname(output))).toEqual(['rec.onnx']);

  process.env.FDEPLOY_CACHE = env.FDEPLOY_CACHE;
  const settings = { threads: 1, shareWeights: true, notify: () => undefined };
  const open = async (precision: 'int8' | 'float32') =>
    openRuntime(await resolveRuntime({ kind: 'onnx', file: OCR_MODELS.rec }, { ...settings, precision }));
  const [int8, float] = [await open('int8'), await open('float32')];
  const dims = [1, 3, 48, 96];
  const data = Float32Array.from({ length: 3 * 48 * 96 }, (_, i) => Math.sin(i / 7));
  const input = int8.handle.inputs[0]!.name;
  const feeds = { [input]: { type: 'float32' as const, dims, data } };
  const [wanted] = Object.values(await int8.run(feeds));
  const [unquantised] = Object.values(await float.run(feeds));
  await int8.close();
  await float.close();

  const session = await ort.InferenceSession.create(output, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    extra: { session: { x64quantprecision: '1' } }, // sums saturate without VNNI instructions
  });
  const results = await session.run({ [input]: new ort.Tensor('float32', data, dims) });
  const found = results[session.outputNames[0]!]!;
  await session.release();
  const values = found.data as Float32Array;
  const largest = (other: ArrayLike<unknown>): number =>
    values.reduce((most, value, i) => Math.max(most, Math.abs(value - Number(other[i]))), 0);
  expect(found.dims).toEqual(wanted!.dims);
  expect(largest(wanted!.data)).toBeLessThan(1e-5);
  expect(largest(unquantised!.data)).toBeGreaterThan(1e-3);
}, 60_000);

test('without layers in int8 nothing is written', async () => {
  const output = path.join(folder, 'none.onnx');
  const missing = await convert(SHAPES_MODEL, '-o', output);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(/has no quantization\.json: run fdeploy quantize <model> <images\.\.\.>/);
  const float = await convert(OCR_MODELS.cls, '-o', output);
  expect(float.code).toBe(2);
  expect(float.stderr).toMatch(/stays float32: its quantization\.json has no layer in int8/);
  const same = await convert(OCR_MODELS.rec, '-o', OCR_MODELS.rec, '--overwrite');
  expect(same.code).toBe(2);
  expect(same.stderr).toMatch(/is a file of the model/);
  expect(existsSync(output)).toBe(false);
});
