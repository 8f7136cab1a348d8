import { setImmediate } from 'node:timers/promises';
import { FdeployError } from '#src/contracts/errors.js';
import type { Model } from '#src/contracts/model.js';
import { picture, settle, WorkerBench } from '../support/worker-bench.js';

test('says what is in inference before it begins, and waits until that has left the worker', async () => {
  const bench = new WorkerBench();
  bench.start();
  await settle();
  let release = (): void => undefined;
  bench.line = new Promise((resolve) => (release = resolve));
  bench.predict(5);
  await settle();
  expect(bench.events).not.toContain('run 5');
  release();
  await settle();
  const begun = bench.events.findIndex(
    (event) => typeof event === 'object' && event.type === 'begun' && event.work.predicting.includes(5),
  );
  expect(begun).toBeGreaterThan(0);
  expect(bench.events.indexOf('run 5')).toBeGreaterThan(begun);
  expect(bench.answers).toEqual([[5, 'ok']]);
});

test('says what is being decoded before it begins', async () => {
  const seen: string[] = [];
  const bench = new WorkerBench({
    read: ({ name }) => {
      const told = bench.events.some(
        (event) =>
          typeof event === 'object' && event.type === 'begun' && event.work.decoding.includes(Number(name)),
      );
      seen.push(`${name} ${told ? 'told' : 'not told'}`);
      return Promise.resolve({ bytes: Buffer.alloc(1), name });
    },
  });
  bench.start();
  bench.predict(1, 2, 3);
  await settle();
  expect(seen).toEqual(['1 told', '2 told', '3 told']);
});

test('tells the decoder what the network needs of a picture, and answers with its own size', async () => {
  const needs: unknown[] = [];
  const bench = new WorkerBench({
    neededSize: ({ width, height }) => ({ width: width / 8, height: height / 8 }),
    decode: (_encoded, _options, needed) => {
      needs.push(needed?.({ width: 800, height: 640 }));
      const original = { width: 800, height: 640, shown: { width: 800, height: 640 } };
      return Promise.resolve({ ...picture(200, 160), original });
    },
  });
  bench.start();
  bench.predict(1);
  await settle();
  expect(needs).toEqual([{ width: 100, height: 80 }]);
  const done = bench.events.find((event) => typeof event === 'object' && event.type === 'done');
  expect(done).toMatchObject({ answers: [{ outcome: { status: 'ok', width: 800, height: 640 } }] });
});

test('decodes ahead while a picture is in inference, so many at a time and no more', async () => {
  let finish = (): void => undefined;
  const decoding = new Set<number>();
  let most = 0;
  const bench = new WorkerBench({
    decode: async ({ name }) => {
      decoding.add(Number(name));
      most = Math.max(most, decoding.size);
      await setImmediate();
      decoding.delete(Number(name));
      return picture(Number(name));
    },
    run: () => new Promise((resolve) => (finish = resolve)),
  });
  bench.start(1, 2);
  bench.predict(1, 2, 3, 4);
  await settle();
  expect(bench.events).toContain('run 1');
  expect(decoding.size).toBe(0); // 2, 3 and 4 are decoded, 1 is still in inference
  expect(most).toBe(2);
  for (let i = 0; i < 4; i++) {
    finish();
    await settle();
  }
  expect(bench.answers.map(([index]) => index)).toEqual([1, 2, 3, 4]);
});

test('takes whichever picture is decoded first', async () => {
  const bench = new WorkerBench({
    decode: async ({ name }) => {
      if (name === '1') await settle(5);
      return picture(Number(name));
    },
  });
  bench.start();
  bench.predict(1, 2);
  await settle(40);
  expect(bench.answers.map(([index]) => index)).toEqual([2, 1]);
});

test('a batch that fails is tried picture by picture', async () => {
  const bench = new WorkerBench({
    run: (widths) => {
      if (widths.includes(3)) throw new FdeployError('INFERENCE_FAILED', 'three');
    },
  });
  bench.start(4);
  bench.predict(1, 2, 3, 4);
  await settle();
  expect(bench.events.filter((event) => typeof event === 'string')).toEqual([
    'run 1,2,3,4',
    'run 1',
    'run 2',
    'run 3',
    'run 4',
  ]);
  expect(bench.answers).toEqual([
    [1, 'ok'],
    [2, 'ok'],
    [3, 'INFERENCE_FAILED'],
    [4, 'ok'],
  ]);
});

test('a picture that cannot be decoded or written is its own error', async () => {
  const bench = new WorkerBench({
    decode: ({ name }) =>
      name === '2'
        ? Promise.reject(new FdeployError('IMAGE_MISSING', 'gone'))
        : Promise.resolve(picture(Number(name))),
    writers: {
      drawings: ({ job: { index }, result }) =>
        index === 3 ? Promise.reject(new Error('disk full')) : Promise.resolve(result),
    },
  });
  bench.start(1, 2, { drawings: 'out' });
  bench.predict(1, 2, 3);
  await settle();
  expect(bench.answers.toSorted(([a], [b]) => a - b)).toEqual([
    [1, 'ok'],
    [2, 'IMAGE_MISSING'],
    [3, 'ARTIFACT_FAILED'],
  ]);
});

test('on stop it answers what is in inference, leaves the rest and closes the model', async () => {
  let finish = (): void => undefined;
  const bench = new WorkerBench({ run: () => new Promise((resolve) => (finish = resolve)) });
  bench.start();
  bench.predict(1, 2, 3);
  await settle();
  bench.send({ type: 'stop' });
  await settle();
  expect(bench.closed).toBe(false);
  finish();
  await settle();
  expect(bench.answers).toEqual([[1, 'ok']]);
  expect(bench.events.slice(-2)).toEqual(['close', { type: 'stopped' }]);
  expect(bench.closed).toBe(true);
});

test('told to stop while its model opens, it closes the model once it is open', async () => {
  let opened = (): void => undefined;
  const bench: WorkerBench = new WorkerBench({
    open: async () => {
      await new Promise<void>((resolve) => (opened = resolve));
      return { close: () => Promise.resolve(void bench.events.push('close')) } as unknown as Model;
    },
  });
  bench.start();
  bench.send({ type: 'stop' });
  await settle();
  expect(bench.closed).toBe(false);
  opened();
  await settle();
  expect(bench.events.slice(-2)).toEqual(['close', { type: 'stopped' }]);
  expect(bench.closed).toBe(true);
});

test('a model that does not open is told with its error', async () => {
  const bench = new WorkerBench({
    open: () => Promise.reject(new FdeployError('MODEL_INVALID', 'no graph')),
  });
  bench.start();
  await settle();
  expect(bench.events).toMatchObject([
    { type: 'failed', error: { code: 'MODEL_INVALID', message: 'no graph' } },
  ]);
});

test('decodes nothing more once it was told to stop', async () => {
  const begun: string[] = [];
  let finish = (): void => undefined;
  const bench = new WorkerBench({
    read: async ({ name }) => {
      begun.push(name);
      await new Promise<void>((resolve) => (finish = resolve));
      return { bytes: Buffer.alloc(1), name };
    },
  });
  bench.start(1, 1);
  bench.predict(1, 2, 3);
  await settle();
  bench.send({ type: 'stop' });
  finish();
  await settle();
  expect(begun).toEqual(['1']);
  expect(bench.closed).toBe(true);
});
