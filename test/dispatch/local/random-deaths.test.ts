import fc from 'fast-check';
import type { ResultRecord } from '#src/contracts/results.js';
import { deadlyParts, KINDS, namesOf, type Kind } from '../../support/deadly-parts.js';
import { inlineWorkers, InlineRunner } from '../../support/inline-workers.js';
import { scriptedRun } from '../../support/scripted-run.js';

/** What may become of a picture; it says nothing where it is right. */
function complaint(record: ResultRecord, kind: Kind, retries: number, deaths: number): string | undefined {
  if (record.status === 'ok') {
    const id = record.task === 'classification' ? record.result.classes[0]?.id : undefined;
    if (id !== record.index + 1) return `has the result of ${id}`;
    return kind === 'good' ? undefined : `is ${kind} and ok`;
  }
  const { code } = record.error;
  // One death beside a deadly picture, and those of its own.
  const mayCrash = deaths >= Math.max(1, retries) || kind.startsWith('deadly');
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
  lives: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 6 })),
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
          (die) => deadlyParts(die, () => turns[step++ % turns.length]!),
          () => (life-- <= 0 ? 'die' : undefined),
        );
      });
      const artifacts = { drawings: 'out' };
      const run = scriptedRun('thread', namesOf(kinds), {
        workers,
        batchSize,
        retries,
        ordered,
        early,
        artifacts,
      });
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
