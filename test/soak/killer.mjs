/**
 * A run in processes while a killer sends SIGKILL to one of them, any, every 2 s: every picture must have exactly
 * one record. It takes as long as the pictures do, at least a minute. The short form kills after every so many records instead,
 * so that it asks as much of a slow machine as of a fast one.
 *
 *   node test/soak/killer.mjs [--model <model>] [--pictures 2500] [--every 2000 | --records 30] [--seconds 60]
 *     [--backend openvino]
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { localDispatcher } from '../../dist/dispatch/local/index.js';
import { JobFeed } from '../../dist/run/job-feed.js';
import { startRun } from '../../dist/run/start-run.js';
import { fileSource } from '../../dist/sources/paths.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'fixtures/models/shapes-cls-pplcnet-onnx' },
    pictures: { type: 'string', default: '2500' },
    every: { type: 'string', default: '2000' },
    records: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    backend: { type: 'string', default: 'onnxruntime' },
    retries: { type: 'string', default: '1' },
  },
});
const count = Number(values.pictures);

const children = () =>
  readdirSync('/proc/self/task').flatMap((task) =>
    (readFileSync(`/proc/self/task/${task}/children`, 'utf8').match(/\d+/g) ?? []).map(Number),
  );

const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-soak-'));
const file = path.join(folder, 'large.jpg');
// Large enough that 2,500 of them keep two workers busy for more than a minute.
const noise = { type: 'gaussian', mean: 128, sigma: 60 };
const size = { width: 2400, height: 1800, channels: 3, background: '#808080' };
await sharp({ create: { ...size, noise } })
  .blur(1.5)
  .toFile(file);

let killed = 0;
let killer;
const kill = () => {
  const pids = children();
  const pid = pids[Math.floor(Math.random() * pids.length)];
  if (pid === undefined) return;
  killed++;
  process.kill(pid, 'SIGKILL');
};

try {
  const seen = new Int32Array(count);
  const errors = new Map();
  const from = performance.now();
  const run = await startRun({
    spec: { model: values.model, backend: values.backend, threads: 1, batchSize: 1, shareWeights: true },
    feed: await JobFeed.open(Array.from({ length: count }, () => fileSource(file))),
    dispatch: localDispatcher(),
    mode: 'process',
    workers: 2,
    ordered: false,
    retries: Number(values.retries),
    failFast: false,
    artifacts: {},
    notify: (sentence) => console.error(sentence),
  });
  let records = 0;
  for await (const record of run.records) {
    if (values.records === undefined) killer ??= setInterval(kill, Number(values.every));
    else if (++records % Number(values.records) === 0) kill();
    seen[record.index]++;
    if (record.status === 'error') errors.set(record.error.code, (errors.get(record.error.code) ?? 0) + 1);
  }
  clearInterval(killer);
  const seconds = (performance.now() - from) / 1000;
  const { ok, failed, notPredicted, retried } = run.summary();
  const once = seen.filter((times) => times === 1).length;
  console.log(
    `${count} pictures in ${seconds.toFixed(0)} s, ${killed} workers killed: ${once} with exactly one record (${ok} ok, ` +
      `${failed} failed ${JSON.stringify(Object.fromEntries(errors))}, ${notPredicted} not predicted, ${retried} tried again), ` +
      `${children().length} processes left`,
  );
  const long = seconds >= Number(values.seconds) && killed > 0;
  if (!long) console.log('Too short: raise --pictures.');
  process.exitCode = once === count && long && children().length === 0 ? 0 : 1;
} finally {
  clearInterval(killer);
  rmSync(folder, { recursive: true });
}
