import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MODES } from '#src/contracts/results.js';
import type { ErrorRecord, Mode, OkRecord, ResultRecord } from '#src/contracts/results.js';
import { collect, pictures, scriptedRun } from '../../support/scripted-run.js';
import { tempFolder } from '../../support/temp.js';
import { until } from '../../support/until.js';

const WAYS: [mode: Mode, script: string, message: RegExp][] = [
  ['thread', 'do=exit', /worker thread .*exit code 7/],
  ['thread', 'do=throw', /worker thread .*uncaught TypeError: nobody catches this/],
  ['thread', 'do=heap', /worker thread .*memory/],
  ['thread', 'do=exit&at=decode', /worker thread .*exit code 7/],
  ['process', 'do=exit', /worker process .*exit code 7/],
  ['process', 'do=throw', /worker process .*uncaught TypeError: nobody catches this/],
  ['process', 'do=heap', /worker process .*memory/],
  ['process', 'do=kill', /worker process .*signal SIGKILL/],
  ['process', 'do=kill&at=decode', /worker process .*signal SIGKILL/],
];
const indices = (records: ResultRecord[]): number[] =>
  records.map(({ index }) => index).sort((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const errors = (records: ResultRecord[]): ErrorRecord[] =>
  records.filter((record) => record.status === 'error');

describe('a worker that dies', () => {
  test.each(WAYS)('%s: %s costs its own picture only', async (mode, script, message) => {
    const images = pictures(20);
    images[6] = `p6?${script}`;
    const { records, summary } = await collect(scriptedRun(mode, images));
    expect(indices(records)).toEqual(upTo(20));
    const [error, ...others] = errors(records);
    expect(others).toEqual([]);
    expect(error).toMatchObject({ index: 6, error: { code: 'WORKER_CRASHED' } });
    expect(error!.attempts).toBeGreaterThanOrEqual(2);
    expect(error!.error.message).toMatch(message);
    expect(summary).toMatchObject({ ok: 19, failed: 1, notPredicted: 0 });
  });

  test.each(MODES)('%s: a batch is told apart', async (mode) => {
    const images = pictures(16);
    images[6] = `p6?do=exit`;
    const { records } = await collect(scriptedRun(mode, images, { batchSize: 4 }));
    expect(indices(records)).toEqual(upTo(16));
    expect(errors(records).map(({ index }) => index)).toEqual([6]);
  });

  test.each(MODES)('%s: is forgiven once', async (mode) => {
    const images = pictures(10);
    images[2] = `p2?do=exit&once=${join(tempFolder(), 'marker')}`;
    const { records, summary } = await collect(scriptedRun(mode, images));
    expect(indices(records)).toEqual(upTo(10));
    expect(errors(records)).toEqual([]);
    expect(summary.retried).toBeGreaterThanOrEqual(1);
  });

  test.each([0, 1, 3])('the only picture is tried %i times again', async (retries) => {
    const { records } = await collect(scriptedRun('thread', ['p?do=exit'], { retries, workers: 1 }));
    expect(records).toMatchObject([{ status: 'error', attempts: retries + 1 }]);
  });

  test.each(MODES)('%s: many such pictures do not end a run that works', async (mode) => {
    const images = [...pictures(8), ...pictures(10, 'do=exit'), ...pictures(8)];
    const { records, summary } = await collect(scriptedRun(mode, images, { ordered: true }));
    expect(indices(records)).toEqual(upTo(26));
    expect(errors(records).map(({ index }) => index)).toEqual(upTo(10).map((i) => i + 8));
    expect(summary).toMatchObject({ ok: 16, failed: 10 });
  });

  test.each(MODES)('%s: with every picture before one was predicted ends the run', async (mode) => {
    const run = scriptedRun(mode, pictures(100, 'do=exit'));
    await expect(collect(run)).rejects.toMatchObject({
      code: 'WORKER_START_FAILED',
      message: expect.stringMatching(/exit code 7/) as string,
    });
    const { ok, failed, notPredicted } = run.summary();
    expect(ok).toBe(0);
    expect(failed + notPredicted).toBe(100);
  });

  test.each(MODES)('%s: while it starts ends the run, with the reason', async (mode) => {
    for (const [open, reason] of [
      ['do=exit', /exit code 7/],
      ['do=throw', /nobody catches this/],
      ['do=reject', /this picture is bad/],
    ] as const) {
      await expect(collect(scriptedRun(mode, pictures(5), { open }))).rejects.toMatchObject({
        code: 'WORKER_START_FAILED',
        message: expect.stringMatching(reason) as string,
      });
    }
  });

  test('Ctrl-C in the terminal, which reaches the processes too, does not disturb them', async () => {
    const run = scriptedRun('process', pictures(40, 'wait=10'));
    const records: ResultRecord[] = [];
    for await (const record of run.records) {
      records.push(record);
      const pid = Math.floor((record as OkRecord<'classification'>).result.classes[0]!.id / 1000);
      process.kill(pid, records.length % 2 === 0 ? 'SIGINT' : 'SIGTERM');
    }
    expect(indices(records)).toEqual(upTo(40));
    expect(run.summary()).toMatchObject({ ok: 40, retried: 0 });
  });

  test('workers end when their parent is killed, those in an inference right after it', async () => {
    const parent = spawn(process.execPath, [fileURLToPath(new URL('entries/parent.js', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids = new Set<number>();
    const exit = once(parent, 'exit');
    const lines = createInterface({ input: parent.stdout, signal: AbortSignal.timeout(60_000) });
    for await (const line of lines) if (pids.add(Number(line)).size === 2) break;
    parent.kill('SIGKILL');
    await exit;
    expect(pids.size).toBe(2);
    const alive = (): number[] => [...pids].filter(isAlive);
    await until(() => alive().length === 0);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
