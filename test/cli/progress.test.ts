import { jest } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { duration, Pace } from '#src/cli/pace.js';
import { makeProgress } from '#src/cli/progress.js';
import { summaryText } from '#src/cli/summary-text.js';
import type { RunSummary } from '#src/contracts/results.js';

const expecting = (count: number) => ({ count: () => count, isFinal: () => true });

/** A stream that takes itself for a terminal, or not, and what was written to it. */
function fakeStream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const stream = new PassThrough();
  const fields = { isTTY, columns: 80, rows: 24, cursorTo: () => true, clearLine: () => true };
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { stream: Object.assign(stream, fields) as unknown as NodeJS.WriteStream, text: () => text };
}

test('the bar says what is done, and sentences stand on lines of their own', async () => {
  jest.useFakeTimers();
  const { stream, text } = fakeStream(true);
  const progress = await makeProgress('auto', expecting(10), false, stream);
  progress.update(3, 1);
  progress.say('labels are missing');
  jest.advanceTimersByTime(1000);
  progress.update(10, 1);
  progress.say('said last');
  progress.stop();
  expect(text()).toContain('3/10 pictures');
  expect(text()).toContain('1 failed');
  expect(text()).toMatch(/fdeploy: labels are missing\n/);
  expect(text()).toMatch(/fdeploy: said last\n/);
  progress.say('after it');
  expect(text().endsWith('fdeploy: after it\n')).toBe(true);
  jest.useRealTimers();
});

test('with a queue, the line has the machines that predict now', () => {
  let machines: number | undefined;
  let now = 0;
  const pace = new Pace({ ...expecting(10), machines: () => machines }, () => now);
  expect(pace.text()).toBe('0/10 pictures');
  machines = 2;
  pace.update(1, 0);
  now = 1000;
  pace.update(5, 1);
  expect(pace.text()).toBe('5/10 pictures, 4.0/s, 2 s left, 2 machines, 1 failed');
  machines = 1;
  expect(pace.text()).toContain(', 1 machine,');
});

test.each([
  ['none', true, false],
  ['auto', true, true],
  ['plain', true, false],
  ['auto', false, false],
] as const)('%s (terminal: %s, records on it: %s) draws no bar', async (kind, isTTY, records) => {
  const { stream, text } = fakeStream(isTTY);
  const progress = await makeProgress(kind, expecting(10), records, stream);
  progress.update(5, 0);
  progress.say('a \u001b[2Jsentence');
  progress.stop();
  expect(text()).toBe('fdeploy: a \\e[2Jsentence\n');
});

test('a plain line comes every 10 seconds', async () => {
  jest.useFakeTimers();
  const { stream, text } = fakeStream(false);
  const progress = await makeProgress('auto', expecting(10), false, stream);
  progress.update(5, 2);
  jest.advanceTimersByTime(9_999);
  expect(text()).toBe('');
  jest.advanceTimersByTime(10_001);
  expect(text().match(/^fdeploy: 5\/10 pictures, .*2 failed$/gm)).toHaveLength(2);
  progress.stop();
  jest.advanceTimersByTime(60_000);
  expect(text().split('\n')).toHaveLength(3);
  jest.useRealTimers();
});

test('speed counts from the first record on', () => {
  let now = 0;
  const pace = new Pace(expecting(100), () => now);
  expect(pace.text()).toBe('0/100 pictures');
  now = 60_000; // the workers' start
  pace.update(1, 0);
  now = 70_000;
  pace.update(41, 3);
  expect(pace.text()).toBe('41/100 pictures, 4.0/s, 15 s left, 3 failed');
  pace.update(100, 3);
  expect(pace.text()).toBe('100/100 pictures, 9.9/s, 3 failed');
});

test.each([
  [0.2, '1 s'],
  [59, '59 s'],
  [60, '1 min 0 s'],
  [3599.5, '1 h 0 min'],
  [7500, '2 h 5 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('the summary in short names what failed', () => {
  const summary: RunSummary = {
    fdeploy: '0.1.0',
    backend: 'onnxruntime',
    device: 'cpu',
    precision: 'float32',
    images: 12,
    ok: 5,
    failed: 3,
    skipped: 2,
    notPredicted: 2,
    retried: 1,
    seconds: 61.2,
    imagesPerSecond: 0.13,
    mode: 'process',
    workers: 2,
    threadsPerWorker: 4,
    model: 'm',
    memory: { rssMiB: 200.4 },
    ms: {} as RunSummary['ms'],
  };
  const failures = new Map([
    ['IMAGE_MISSING', 1],
    ['TIMEOUT', 2],
  ]);
  expect(summaryText(summary, failures)).toBe(
    '12 pictures: 5 ok, 3 failed (2 TIMEOUT, 1 IMAGE_MISSING), 2 skipped, 2 not predicted, 1 tried again; ' +
      '1 min 2 s, 0.1 pictures/s, 2 process clones of 4 threads, 200 MiB resident',
  );
});
