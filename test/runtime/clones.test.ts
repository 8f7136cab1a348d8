import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Runtime, RuntimeHandle } from '#src/contracts/runtime.js';
import type { Tensor } from '#src/contracts/tensor.js';
import { openRuntime, resolveRuntime } from '#src/runtime/index.js';
import { largestDifference } from '../support/difference.js';
import { noise } from '../support/networks.js';
import { OCR_MODELS } from '../support/ocr-models.js';

const CLONES = 50;
const AT_ONCE = 5;
const WORKER = path.resolve('test/runtime/support/clone-worker.js');
const dims = [1, 3, 48, 192];
const feeds: Record<string, Tensor> = { x: { type: 'float32', dims, data: noise(3 * 48 * 192) } };

let cache: string;
let handle: RuntimeHandle;
let expected: number[];
beforeAll(async () => {
  cache = mkdtempSync(path.join(os.tmpdir(), 'clones-'));
  process.env.FDEPLOY_CACHE = cache;
  const settings = { threads: 1, shareWeights: true, notify: () => undefined };
  handle = await resolveRuntime({ kind: 'onnx', file: OCR_MODELS.cls }, settings);
  const alone = await openRuntime(
    await resolveRuntime({ kind: 'onnx', file: OCR_MODELS.cls }, { ...settings, shareWeights: false }),
  );
  expected = await outputOf(alone);
  await alone.close();
});
afterAll(() => {
  delete process.env.FDEPLOY_CACHE;
  rmSync(cache, { recursive: true });
});

/** The original's output, but for the rounding that simplifying the network moves. */
function expectSame(output: number[]): void {
  expect(largestDifference(output, expected)).toBeLessThanOrEqual(1e-6);
}

async function outputOf(runtime: Runtime): Promise<number[]> {
  const [output] = Object.values(await runtime.run(feeds));
  return [...(output!.data as Float32Array)];
}

async function inThread(): Promise<number[]> {
  const worker = new Worker(WORKER, { workerData: { handle, feeds } });
  const output = new Promise<number[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const end = new Promise((resolve) => worker.once('exit', resolve));
  const values = await output;
  expect(await end).toBe(0);
  return values;
}

async function inProcess(): Promise<number[]> {
  const child = fork(WORKER, { serialization: 'advanced', execArgv: [] });
  const output = new Promise<number[]>((resolve) =>
    child.once('message', (values) => {
      resolve(values as number[]);
    }),
  );
  const end = new Promise((resolve) => child.once('close', resolve));
  child.send({ handle, feeds });
  expect(await end).toBe(0);
  return output;
}

test('a clone of a clone goes on after the others are closed', async () => {
  const first = await openRuntime(handle);
  const second = await first.clone();
  await first.close();
  const third = await second.clone();
  await second.close();
  expectSame(await outputOf(third));
  await third.close();
  await third.close();
  await expect(third.run(feeds)).rejects.toMatchObject({ code: 'MODEL_CLOSED' });
});

test('clones side by side keep their outputs apart', async () => {
  const clones = await Promise.all(Array.from({ length: 4 }, () => openRuntime(handle)));
  const outputs = await Promise.all(clones.map(outputOf));
  await Promise.all(clones.map((clone) => clone.close()));
  for (const output of outputs) expectSame(output);
});

test.each([
  ['threads', inThread],
  ['processes', inProcess],
])('50 clones made and closed in %s: the same outputs, and the memory comes back', async (_, clone) => {
  const round = async (): Promise<void> => {
    for (const output of await Promise.all(Array.from({ length: AT_ONCE }, clone))) expectSame(output);
  };
  await round(); // what is loaded once stays
  await round();
  const before = process.memoryUsage.rss();
  for (let made = 2 * AT_ONCE; made < CLONES; made += AT_ONCE) await round();
  const growth = (process.memoryUsage.rss() - before) / 2 ** 20;
  expect(growth).toBeLessThan(60); // 40 clones that stayed would be 400 MiB and more
});
