import type { FromWorker } from '#src/contracts/protocol.js';
import { deadlyParts, namesOf, type Kind } from '../../support/deadly-parts.js';
import { inlineWorkers, InlineRunner } from '../../support/inline-workers.js';
import { collect, scriptedRun } from '../../support/scripted-run.js';

/** Workers of which `instead` says what they do in place of a message; it is given which worker it is, from 1. */
function countedWorkers(instead: (worker: number, type: FromWorker['type']) => 'die' | 'hang' | undefined) {
  const counted = { made: 0, early: inlineWorkers(() => make()) };
  const make = (): InlineRunner => {
    const worker = ++counted.made;
    return new InlineRunner(
      (die) => deadlyParts(die),
      ({ type }) => instead(worker, type),
    );
  };
  return counted;
}
const deadly = (count: number): string[] => namesOf(Array.from<Kind>({ length: count }).fill('deadly'));

describe.each([1, 2, 3])('%i workers', (workers) => {
  test('three first pictures that end each of them are the model, fewer are the pictures', async () => {
    const { early } = countedWorkers(() => undefined);
    const few = await collect(scriptedRun('thread', deadly(3 * workers - 1), { workers, early }));
    expect(few.summary).toMatchObject({ failed: 3 * workers - 1, notPredicted: 0 });
    const many = scriptedRun('thread', deadly(3 * workers), { workers, early });
    await expect(collect(many)).rejects.toMatchObject({ code: 'WORKER_START_FAILED' });
  });

  test('each of them may fail to start five times', async () => {
    const counted = countedWorkers((_, type) => (type === 'ready' ? 'die' : undefined));
    const run = scriptedRun('thread', namesOf(['good', 'good', 'good']), { workers, early: counted.early });
    await expect(collect(run)).rejects.toMatchObject({ code: 'WORKER_START_FAILED' });
    expect(counted.made).toBe(5 * workers);
    expect(run.summary()).toMatchObject({ ok: 0, failed: 0, notPredicted: 3 });
  });
});

test('once a picture was predicted it is rather the machine: 25 times', async () => {
  let done = 0;
  const counted = countedWorkers((worker, type) => {
    if (worker === 1) return type === 'done' && ++done === 2 ? 'die' : undefined;
    return type === 'ready' ? 'die' : undefined;
  });
  const run = scriptedRun('thread', namesOf(['good', 'good']), { workers: 1, early: counted.early });
  await expect(collect(run)).rejects.toMatchObject({ code: 'WORKER_START_FAILED' });
  expect(counted.made).toBe(1 + 25);
  expect(run.summary()).toMatchObject({ ok: 1, failed: 0, notPredicted: 1 });
});

test('a worker that is ready and begins nothing is replaced', async () => {
  const counted = countedWorkers((worker, type) => (worker === 1 && type === 'begun' ? 'hang' : undefined));
  const { summary } = await collect(
    scriptedRun('thread', namesOf(['good', 'good']), {
      workers: 1,
      early: counted.early,
      startTimeoutMs: 50,
    }),
  );
  expect(summary).toMatchObject({ ok: 2, retried: 0 });
  expect(counted.made).toBe(2);
});
