import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { FdeployError } from '#src/contracts/errors.js';
import type { Model } from '#src/contracts/model.js';
import type { ResultRecord } from '#src/contracts/results.js';
import type { WorkerParts } from '#src/worker/loop.js';
import { inlineWorkers, InlineRunner } from '../support/inline-workers.js';
import { collect, scriptedRun } from '../support/scripted-run.js';

/** What a picture does to its worker. */
const KINDS = ['good', 'bad', 'bad to decode', 'deadly', 'deadly to decode', 'deadly to write'] as const;
type Kind = (typeof KINDS)[number];

/** Parts whose pictures do what their name says, after a random number of turns. */
function parts(die: () => Promise<never>, turns: () => number): WorkerParts {
  const kinds = new WeakMap<object, string>();
  const pause = async (): Promise<void> => {
    for (let left = turns(); left > 0; left--) await turn();
  };
  const run: Model['run'] = async (pictures) => {
    await pause();
    for (const picture of pictures) {
      if (kinds.get(picture) === 'deadly') await die();
      if (kinds.get(picture) === 'bad') throw new FdeployError('INFERENCE_FAILED', 'bad');
    }
    const ms = { preprocess: 1, inference: 1, postprocess: 1 };
    return pictures.map(({ width }) => ({ result: { classes: [{ id: width, label: null, score: 1 }] }, ms }));
  };
  return {
    open: async () => {
      await pause();
      return {
        task: 'classification',
        name: 'fake',
        run,
        close: () => Promise.resolve(),
      } as unknown as Model;
    },
    read: (file) => Promise.resolve({ bytes: Buffer.alloc(1), name: file as string }),
    decode: async ({ name }) => {
      await pause();
      const [index, kind] = name.split(' is ') as [string, Kind];
      if (kind === 'deadly to decode') await die();
      if (kind === 'bad to decode') throw new FdeployError('IMAGE_UNREADABLE', 'bad');
      const picture = {
        data: new Uint8Array(3),
        width: Number(index) + 1,
        height: 1,
        channels: 3,
        order: 'rgb',
      } as const;
      kinds.set(picture, kind);
      return picture;
    },
    writers: {
      drawings: async ({ picture, result }) => {
        await pause();
        return kinds.get(picture) === 'deadly to write' ? await die() : result;
      },
    },
    rss: () => 0,
  };
}

/** What may become of a picture; it says nothing where it is right. */
function complaint(record: ResultRecord, kind: Kind, retries: number, deaths: number): string | undefined {
  if (record.status === 'ok') {
    const id = record.task === 'classification' ? record.result.classes[0]?.id : undefined;
    if (id !== record.index + 1) return `has the result of ${id}`;
    return kind === 'good' ? undefined : `is ${kind} and ok`;
  }
  const { code } = record.error;
  const mayCrash = deaths > 0 || kind.startsWith('deadly');
  if (code === 'WORKER_CRASHED') {
    if (!mayCrash) return `is ${kind} and crashed`;
    return record.attempts > retries && record.attempts <= retries + 2
      ? undefined
      : `was tried ${record.attempts} times`;
  }
  const expected = { bad: 'INFERENCE_FAILED', 'bad to decode': 'IMAGE_UNREADABLE' }[kind as string];
  return code === expected ? undefined : `is ${kind} and ${code}`;
}

const setting = fc.record({
  // The first is good, and alone for a while: where nothing was predicted yet, deaths end the run.
  kinds: fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.constant<Kind>('good') }, fc.constantFrom<Kind>(...KINDS)),
    { minLength: 1, maxLength: 24 },
  ),
  workers: fc.integer({ min: 1, max: 4 }),
  batchSize: fc.integer({ min: 1, max: 4 }),
  retries: fc.integer({ min: 0, max: 2 }),
  ordered: fc.boolean(),
  /** After how many messages the workers die, one after the other; those behind live. */
  lives: fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 6 }),
  turns: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
});

test('whenever workers die, each picture is answered once, by its own result or its own error', async () => {
  await fc.assert(
    fc.asyncProperty(setting, async ({ kinds, workers, batchSize, retries, ordered, lives, turns }) => {
      let step = 0;
      const left = [...lives];
      const early = inlineWorkers(() => {
        let life = left.shift() ?? Infinity;
        return new InlineRunner(
          (die) => parts(die, () => turns[step++ % turns.length]!),
          () => (life-- <= 0 ? 'die' : undefined),
        );
      });
      const images = kinds.map((kind, index) => `${index} is ${kind}`);
      const artifacts = { drawings: 'out' };
      const run = scriptedRun('thread', images, { workers, batchSize, retries, ordered, early, artifacts });
      const records: ResultRecord[] = [];
      let failure: unknown;
      try {
        for await (const record of run.records) records.push(record);
      } catch (thrown) {
        failure = thrown;
      }
      const { ok, failed, notPredicted } = run.summary();
      expect(ok + failed + notPredicted).toBe(kinds.length);
      expect(ok + failed).toBe(records.length);
      expect(new Set(records.map(({ index }) => index)).size).toBe(records.length);
      const complaints = records.flatMap((record) => {
        const said = complaint(record, kinds[record.index]!, retries, lives.length);
        return said === undefined ? [] : [`${record.index} ${said}`];
      });
      expect(complaints).toEqual([]);
      if (ordered)
        expect(records.map(({ index }) => index)).toEqual(
          records.map(({ index }) => index).sort((a, b) => a - b),
        );
      if (failure === undefined) expect(notPredicted).toBe(0);
      else {
        expect(failure).toMatchObject({ code: 'WORKER_START_FAILED' });
        expect(ok).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
});

test('a worker that is ready and begins nothing is replaced', async () => {
  let made = 0;
  const early = inlineWorkers(() => {
    const isSilent = made++ === 0;
    return new InlineRunner(
      (die) => parts(die, () => 0),
      ({ type }) => (isSilent && type === 'begun' ? 'hang' : undefined),
    );
  });
  const { records } = await collect(
    scriptedRun('thread', ['0 is good', '1 is good'], { workers: 1, early, startTimeoutMs: 50 }),
  );
  expect(records.map(({ status }) => status)).toEqual(['ok', 'ok']);
  expect(made).toBe(2);
});
