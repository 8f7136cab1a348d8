/** A second source, dispatcher and backend: what each takes to write, and that a run works with all of them. */
import { readFileSync } from 'node:fs';
import type { Backend } from '#src/contracts/backend.js';
import type { Completion, MakeDispatcher } from '#src/contracts/dispatcher.js';
import { asFdeployError, serializeError } from '#src/contracts/errors.js';
import type { ResultRecord } from '#src/contracts/results.js';
import type { Source } from '#src/contracts/source.js';
import { decodePicture } from '#src/images/decode.js';
import { JobFeed } from '#src/run/job-feed.js';
import { startRun } from '#src/run/start-run.js';
import { BACKENDS } from '#src/runtime/backends/index.js';
import { READERS, readSource, type Readers } from '#src/sources/readers.js';
import { openHandle } from '#src/tasks/registry.js';

declare module '#src/contracts/source.js' {
  interface Locators {
    memory: { readonly kind: 'memory'; readonly bytes: Buffer };
  }
}

// A source: bytes that are in memory.
const READERS_HERE: Readers = { ...READERS, memory: ({ bytes }) => Promise.resolve(bytes) };

// A backend: the first of five classes is always right.
const CLASSES = 5;
const constant: Backend = {
  version: () => '1.0',
  preload: () => Promise.resolve(),
  examine: () => Promise.resolve({ precisions: ['float32'], devices: [{ name: 'cpu' }] }),
  resolve: (original, { threads }) =>
    Promise.resolve({
      ...{ backend: 'constant', device: 'cpu', precision: 'float32', threads, original, prepared: false },
      ...{ file: '', source: 'constant', metadata: {} },
      inputs: [{ name: 'x', type: 'float32', dims: [-1, 3, 224, 224] }],
      outputs: [{ name: 'y', type: 'float32', dims: [-1, CLASSES] }],
    }),
  open: (handle) =>
    Promise.resolve({
      handle,
      run: ({ x }) => {
        const data = Float32Array.from({ length: x!.dims[0]! * CLASSES }, (_, i) =>
          Number(i % CLASSES === 0),
        );
        return Promise.resolve({ y: { type: 'float32', dims: [x!.dims[0]!, CLASSES], data } });
      },
      clone: () => constant.open(handle),
      close: () => Promise.resolve(),
    }),
};

// A dispatcher: one clone in this thread.
const inProcess: MakeDispatcher = ({ jobs, settings }) => {
  async function* completions(): AsyncGenerator<Completion> {
    const model = await openHandle(settings.handle);
    for (let job = jobs.take(); job; job = jobs.take()) {
      const done = { job, attempts: 1 };
      try {
        const bytes = await readSource(job.source, READERS_HERE);
        const picture = await decodePicture(bytes, settings.handle.decode);
        const [{ result, ms }] = (await model.run([picture])) as [Awaited<ReturnType<typeof model.run>>[0]];
        const { width, height } = picture;
        const outcome = { status: 'ok' as const, task: model.task, width, height, result };
        yield { ...done, outcome: { ...outcome, ms: { decode: 0, ...ms } }, at: performance.now() };
      } catch (error) {
        const outcome = { status: 'error' as const, error: serializeError(asFdeployError(error)) };
        yield { ...done, outcome, at: performance.now() };
      }
    }
    await model.close();
  }
  return { completions, drain: () => undefined, unanswered: 0, retried: 0, memory: undefined };
};

test('a source, a dispatcher and a backend of a few lines make a run', async () => {
  BACKENDS.constant = constant;
  const picture = readFileSync('fixtures/pictures/cls/cls_000.jpg');
  const sources: Source[] = [
    { name: 'memory:good', locator: { kind: 'memory', bytes: picture } },
    { name: 'memory:bad', locator: { kind: 'memory', bytes: Buffer.from('no picture') } },
  ];
  const spec = { model: 'fixtures/models/shapes-cls-pplcnet-onnx', backend: 'constant' };
  const run = await startRun({
    ...{ spec: { ...spec, threads: 1, batchSize: 1, shareWeights: true }, dispatch: inProcess },
    ...{ feed: await JobFeed.open(sources), mode: 'thread', workers: 1, ordered: false, retries: 0 },
    ...{ failFast: false, artifacts: {}, notify: () => undefined },
  });
  const records: ResultRecord[] = [];
  for await (const record of run.records) records.push(record);
  expect(records).toMatchObject([
    { index: 0, image: 'memory:good', status: 'ok', result: { classes: [{ id: 0 }, {}, {}, {}, {}] } },
    { index: 1, image: 'memory:bad', status: 'error', error: { code: 'IMAGE_UNREADABLE' } },
  ]);
  expect(run.summary()).toMatchObject({ backend: 'constant', images: 2, ok: 1, failed: 1 });
});
