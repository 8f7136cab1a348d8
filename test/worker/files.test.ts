import { settle, WorkerBench } from '../support/worker-bench.js';

/** A worker whose files are written when the test says so. */
function benchWithFiles() {
  const events: string[] = [];
  const writing = new Map<number, () => void>();
  const bench = new WorkerBench({
    run: ([index]) => {
      events.push(`run ${index}`);
    },
    writers: {
      drawings: async ({ job: { index }, result }) => {
        events.push(`write ${index}`);
        await new Promise<void>((resolve) => writing.set(index, resolve));
        events.push(`wrote ${index}`);
        return result;
      },
    },
  });
  const wrote = async (index: number): Promise<void> => {
    writing.get(index)?.();
    await settle();
  };
  bench.start(1, 2, { drawings: 'out' });
  return { bench, events, wrote };
}

test('the next inference goes on while files are written, and waits with its own files', async () => {
  const { bench, events, wrote } = benchWithFiles();
  bench.predict(1, 2, 3, 4);
  await settle();
  await wrote(1);
  // 2 is being written, 3 was predicted beside it; 4 would hold more pixels.
  expect(events).toEqual(['run 1', 'write 1', 'wrote 1', 'run 2', 'write 2', 'run 3']);
  expect(bench.answers).toEqual([[1, 'ok']]);
  for (const index of [2, 3, 4]) await wrote(index);
  expect(events.slice(6)).toEqual(['wrote 2', 'write 3', 'run 4', 'wrote 3', 'write 4', 'wrote 4']);
  expect(bench.answers.map(([index]) => index)).toEqual([1, 2, 3, 4]);
});

test('says what is being written, until it is answered', async () => {
  const { bench, wrote } = benchWithFiles();
  const lastWork = () =>
    bench.events
      .flatMap((event) => (typeof event === 'object' && 'work' in event ? [event.work] : []))
      .at(-1);
  bench.predict(1);
  await settle();
  expect(lastWork()).toEqual({ decoding: [], predicting: [], writing: [1] });
  await wrote(1);
  expect(lastWork()).toEqual({ decoding: [], predicting: [], writing: [] });
});

test('on stop the files in hand are written and their pictures answered', async () => {
  const { bench, wrote } = benchWithFiles();
  bench.predict(1, 2, 3);
  await settle();
  await wrote(1); // now 2 is being written and 3 predicted
  bench.send({ type: 'stop' });
  await settle();
  expect(bench.closed).toBe(false);
  await wrote(2);
  expect(bench.closed).toBe(false);
  await wrote(3);
  expect(bench.answers.map(([index]) => index)).toEqual([1, 2, 3]);
  expect(bench.closed).toBe(true);
});
