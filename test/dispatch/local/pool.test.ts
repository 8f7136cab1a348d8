import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODES } from '#src/contracts/results.js';
import type { ErrorRecord, OkRecord, ResultRecord } from '#src/contracts/results.js';
import { collect, pictures, scriptedRun } from '../../support/scripted-run.js';
import { tempFolder } from '../../support/temp.js';
import { until } from '../../support/until.js';

const byIndex = (records: ResultRecord[]): ResultRecord[] => records.toSorted((a, b) => a.index - b.index);
const indices = (records: ResultRecord[]): number[] => byIndex(records).map(({ index }) => index);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const worker = (record: ResultRecord): number => (record as OkRecord<'classification'>).result.classes[0]!.id;
const label = (record: ResultRecord): string | null =>
  (record as OkRecord<'classification'>).result.classes[0]!.label;
const errors = (records: ResultRecord[]): ErrorRecord[] =>
  byIndex(records).filter((record) => record.status === 'error');
const lines = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

/** What keeps this process alive on behalf of workers: processes, and the lines to threads. */
const held = (): string[] =>
  process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap' || name === 'MessagePort');

/** Waits until nothing of the workers is left; a leak never comes to that. */
async function nothingHeld(): Promise<void> {
  await until(() => held().length === 0);
}

describe.each(MODES)('a run in %s mode', (mode) => {
  test('predicts each of 500 pictures once, and a third worker changes no record', async () => {
    const log = join(tempFolder(), 'log');
    const two = await collect(scriptedRun(mode, pictures(500), { log }));
    expect(indices(two.records)).toEqual(upTo(500));
    expect(byIndex(two.records).map(label)).toEqual(upTo(500).map((i) => `p${i}`));
    expect(new Set(two.records.map(worker)).size).toBe(2);
    expect(two.summary).toMatchObject({
      images: 500,
      ok: 500,
      failed: 0,
      skipped: 0,
      notPredicted: 0,
      retried: 0,
    });
    const predicted = lines(log).filter((line) => line !== 'closed');
    expect(predicted.toSorted()).toEqual(pictures(500).toSorted());

    const three = await collect(scriptedRun(mode, pictures(500), { workers: 3 }));
    const strip = (record: ResultRecord): object => ({ ...record, ms: undefined, result: label(record) });
    expect(byIndex(three.records).map(strip)).toEqual(byIndex(two.records).map(strip));
  });

  test('makes a record of an error and leaves the neighbours alone', async () => {
    const images = pictures(12);
    images[5] = `p5?do=reject`;
    images[8] = `p8?do=reject&at=decode`;
    for (const batchSize of [1, 4]) {
      const { records, summary } = await collect(scriptedRun(mode, images, { batchSize }));
      expect(indices(records)).toEqual(upTo(12));
      expect(errors(records)).toEqual(
        [5, 8].map((index) => ({
          index,
          image: images[index],
          status: 'error',
          error: { code: 'INTERNAL', message: 'this picture is bad' },
          attempts: 1,
        })),
      );
      expect(summary).toMatchObject({ ok: 10, failed: 2, retried: 0 });
    }
  });

  test('fills batches', async () => {
    const log = join(tempFolder(), 'log');
    await collect(scriptedRun(mode, pictures(64), { log, batchSize: 4, workers: 1 }));
    // A worker whose hand is empty for a moment takes what it has: on a busy machine some batches are smaller.
    expect(lines(log).filter((line) => line.split('+').length === 4).length).toBeGreaterThanOrEqual(8);
  });

  test('hands nobody a picture behind a slow one while another worker is free', async () => {
    const { records } = await collect(scriptedRun(mode, ['slow?wait=1500', 'a', 'b', 'c']));
    expect(records.map(({ index }) => index).indexOf(0)).toBeGreaterThanOrEqual(2);
  });

  test('keeps the order of the input, within a window', async () => {
    const log = join(tempFolder(), 'log');
    const images = ['slow?wait=600', ...pictures(400)];
    const run = scriptedRun(mode, images, { ordered: true, log });
    const seen: number[] = [];
    let predictedMeanwhile = 0;
    for await (const { index } of run.records) {
      if (index === 0) predictedMeanwhile = lines(log).length;
      seen.push(index);
    }
    expect(seen).toEqual(upTo(401));
    expect(predictedMeanwhile).toBeLessThanOrEqual(2 * 64);
  });

  test('skips what an earlier run answered', async () => {
    const { records, summary } = await collect(
      scriptedRun(mode, pictures(6), { skip: new Set(['p1', 'p4']) }),
    );
    expect(indices(records)).toEqual([0, 2, 3, 5]);
    expect(summary).toMatchObject({ images: 6, ok: 4, skipped: 2, notPredicted: 0 });
  });

  test('starts no worker for nothing to do', async () => {
    const { records, summary } = await collect(scriptedRun(mode, [], { open: 'do=exit' }));
    expect(records).toEqual([]);
    expect(summary).toMatchObject({ images: 0, ok: 0, notPredicted: 0 });
  });

  test('stops at the first failed picture with failFast', async () => {
    const images = pictures(200, 'wait=2');
    images[3] = `p3?wait=2&do=reject`;
    const { records, summary } = await collect(scriptedRun(mode, images, { failFast: true }));
    expect(errors(records).map(({ index }) => index)).toEqual([3]);
    expect(summary.notPredicted).toBeGreaterThan(150);
    expect(summary.ok + summary.failed + summary.notPredicted).toBe(200);
  });

  test('finishes what is in inference when it is aborted, and nothing else', async () => {
    const log = join(tempFolder(), 'log');
    const abort = new AbortController();
    const run = scriptedRun(mode, pictures(200, 'wait=30'), { log, signal: abort.signal });
    const records: ResultRecord[] = [];
    for await (const record of run.records) {
      records.push(record);
      if (records.length === 10) abort.abort();
    }
    const begun = lines(log).filter((line) => line !== 'closed');
    expect(records.map(label).toSorted()).toEqual(begun.toSorted());
    expect(records.length).toBeLessThan(20);
    expect(run.summary()).toMatchObject({ ok: records.length, notPredicted: 200 - records.length });
    expect(lines(log).filter((line) => line === 'closed')).toHaveLength(2);
  });

  test('predicts nothing when it was aborted before', async () => {
    const { records, summary } = await collect(
      scriptedRun(mode, pictures(5), { signal: AbortSignal.abort() }),
    );
    expect(records).toEqual([]);
    expect(summary).toMatchObject({ images: 5, notPredicted: 5 });
  });

  test('ends its workers when the reader leaves', async () => {
    const log = join(tempFolder(), 'log');
    const run = scriptedRun(mode, pictures(100, 'wait=5'), { log });
    for await (const record of run.records) if (record.index >= 0) break;
    await nothingHeld();
    const { ok, failed, notPredicted } = run.summary();
    expect(ok + failed).toBe(1);
    expect(notPredicted).toBeGreaterThan(80);
  });

  test('starts and ends workers again and again', async () => {
    for (let round = 0; round < 8; round++) {
      const { records } = await collect(scriptedRun(mode, pictures(4)));
      expect(indices(records)).toEqual(upTo(4));
      await nothingHeld();
    }
  });

  test('replaces a worker past its memory between pictures and loses nothing', async () => {
    // A worker tells its memory every half second. The last pictures wait for a third worker: else none might be left for it.
    const seen = tempFolder();
    const images = [
      ...pictures(36, `leak=40&wait=100&seen=${seen}`),
      ...pictures(8, `seen=${seen}&until=3`).map((image) => `q${image}`),
    ];
    const maxWorkerMemoryMiB = mode === 'process' ? 300 : 400;
    const { records, summary } = await collect(scriptedRun(mode, images, { maxWorkerMemoryMiB }));
    expect(indices(records)).toEqual(upTo(44));
    expect(summary).toMatchObject({ ok: 44, retried: 0 });
    expect(new Set(records.map(worker)).size).toBeGreaterThan(2);
  });
});
