import { join } from 'node:path';
import { MODES } from '#src/contracts/results.js';
import type { ErrorRecord, ResultRecord } from '#src/contracts/results.js';
import { collect, pictures, scriptedRun } from '../../support/scripted-run.js';
import { tempFolder } from '../../support/temp.js';

const errors = (records: ResultRecord[]): ErrorRecord[] =>
  records.filter((record) => record.status === 'error');

describe('a picture that takes too long', () => {
  test.each([
    ['in inference', 'do=spin'],
    ['in its decoding, with the thread', 'do=spin&at=decode'],
    ['in its decoding, beside the thread', 'do=hang&at=decode'],
  ])('%s is an error, the others are not', async (_, script) => {
    const images = pictures(10);
    images[4] = `p4?${script}`;
    const { records, summary } = await collect(scriptedRun('process', images, { timeoutMs: 700 }));
    expect(errors(records)).toMatchObject([
      { index: 4, error: { code: 'TIMEOUT', message: 'The picture took longer than 0.7 s.' }, attempts: 2 },
    ]);
    expect(summary).toMatchObject({ ok: 9, failed: 1, notPredicted: 0 });
  });

  test('in its decoding ends although others are predicted all the time', async () => {
    const images = ['p0?do=hang&at=decode', ...pictures(60, 'wait=30')];
    const { records } = await collect(
      scriptedRun('process', images, { timeoutMs: 400, workers: 1, retries: 0 }),
    );
    const answered = records.findIndex(({ index }) => index === 0);
    expect(records[answered]).toMatchObject({ error: { code: 'TIMEOUT' } });
    expect(answered).toBeLessThan(records.length - 1);
  });

  test('each one and each of a batch has its own time', async () => {
    for (const batchSize of [1, 4]) {
      const { summary } = await collect(
        scriptedRun('process', pictures(4, 'wait=400'), { timeoutMs: 1200, workers: 1, batchSize }),
      );
      expect(summary).toMatchObject({ ok: 4, retried: 0 });
    }
  });

  test('may take longer than any timer', async () => {
    const { summary } = await collect(scriptedRun('process', pictures(3, 'wait=20'), { timeoutMs: 2 ** 31 }));
    expect(summary).toMatchObject({ ok: 3, retried: 0 });
  });
});

describe.each(MODES)('a worker in %s mode', (mode) => {
  test('that does not get ready is replaced', async () => {
    const open = `do=hang&once=${join(tempFolder(), 'marker')}`;
    const { summary } = await collect(
      scriptedRun(mode, pictures(3), { open, workers: 1, startTimeoutMs: 1500 }),
    );
    expect(summary).toMatchObject({ ok: 3, retried: 0 });
  });

  test('that never gets ready ends the run, with the reason', async () => {
    const run = scriptedRun(mode, pictures(3), { open: 'do=hang', startTimeoutMs: 200 });
    await expect(collect(run)).rejects.toMatchObject({
      code: 'WORKER_START_FAILED',
      message: expect.stringContaining('no sign of life within 0.2 s of its start') as string,
    });
    expect(run.summary()).toMatchObject({ ok: 0, failed: 0, notPredicted: 3 });
  });
});

test('processes that are stopped while they start are replaced', async () => {
  const folder = tempFolder();
  const open = `do=stop&once=${join(folder, 'a')}&once=${join(folder, 'b')}`;
  const { summary } = await collect(
    scriptedRun('process', pictures(6), { open, workers: 2, startTimeoutMs: 1500 }),
  );
  expect(summary).toMatchObject({ ok: 6, retried: 0 });
});
