import { setImmediate as turn } from 'node:timers/promises';
import type { OkRecord } from '#src/contracts/results.js';
import { deadlyParts, namesOf, type Kind } from '../../support/deadly-parts.js';
import { inlineWorkers, InlineRunner } from '../../support/inline-workers.js';
import { scriptedRun } from '../../support/scripted-run.js';

test('a record says when it was done, not when it was read', async () => {
  const before = performance.now();
  const early = inlineWorkers(() => new InlineRunner((die) => deadlyParts(die)));
  const names = namesOf(['good', 'good', 'good', 'good']);
  const run = scriptedRun('thread', names, { workers: 1, early });
  const records = run.records[Symbol.asyncIterator]();
  await records.next();
  for (let i = 0; i < 300; i++) await turn(); // all are done
  const elapsed = performance.now() - before;
  for (let i = 1; i < names.length; i++) {
    const next = (await records.next()) as IteratorYieldResult<OkRecord>;
    expect(next.value.ms.at).toBeLessThan(elapsed);
  }
  expect(await records.next()).toMatchObject({ done: true });
});

test.each([false, true])(
  'a pool stands still while its records are not read, ordered: %s',
  async (ordered) => {
    let predicted = 0;
    const early = inlineWorkers(
      () =>
        new InlineRunner(
          (die) => deadlyParts(die),
          (message) => {
            if (message.type === 'done') predicted += message.answers.length;
            return undefined;
          },
        ),
    );
    const names = namesOf(Array.from<Kind>({ length: 1000 }).fill('good'));
    const run = scriptedRun('thread', names, { workers: 2, early, ordered });
    const records = run.records[Symbol.asyncIterator]();
    await records.next();
    for (let i = 0; i < 3000; i++) await turn();
    // 16 that wait for a worker, or the window of 64, and what the workers had in hand.
    const most = ordered ? 2 * 64 + 1 : 2 * 16 + 2 * 3 + 1;
    expect(predicted).toBeGreaterThan(most / 2);
    expect(predicted).toBeLessThanOrEqual(most);
    let rest = 0;
    for (let next = await records.next(); !next.done; next = await records.next()) rest++;
    expect(rest).toBe(999);
  },
);
