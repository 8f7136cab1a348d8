/**
 * Records a second through the queue, and its memory, with workers that answer at once: nothing is read or predicted.
 * Needs redis-server.
 *
 * usage: node bench/queue.mjs [--sources 1000000] [--workers 1]
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { JobFeed } from '../dist/run/job-feed.js';
import { loadQueuePackages, QUEUE_NAME, queueDispatcher, workerName } from '../dist/dispatch/queue/index.js';
import { Answers } from '../dist/serve/answers.js';

const PORT = 7396;
const url = `redis://127.0.0.1:${PORT}/0`;
const packages = await loadQueuePackages();
const MiB = 2 ** 20;

if (process.send) {
  const redis = new packages.ioredis.Redis(url, { maxRetriesPerRequest: null });
  const name = workerName({ clones: 2 }, 'stub', 'here');
  const outcome = {
    status: 'ok',
    task: 'classification',
    width: 1,
    height: 1,
    result: { classes: Array.from({ length: 5 }, (_, id) => ({ id, label: `class ${id}`, score: 0.2 })) },
    ms: { decode: 1, preprocess: 1, inference: 1, postprocess: 1 },
  };
  const answer = async (job) => {
    const { run, pictures } = job.data;
    const answers = new Answers(redis, run, job.id, name, pictures.length);
    for (const { index } of pictures) answers.add({ index, outcome, attempts: 1 });
    await answers.end('done');
  };
  new packages.bullmq.Worker(QUEUE_NAME, answer, {
    connection: redis,
    name,
    concurrency: 3,
    removeOnComplete: { count: 0 },
  });
} else {
  const { values } = parseArgs({
    options: { sources: { type: 'string', default: '1000000' }, workers: { type: 'string', default: '1' } },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-bench-'));
  const server = spawn(
    'redis-server',
    ['--port', `${PORT}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
    {
      stdio: 'ignore',
    },
  );
  const workers = Array.from({ length: Number(values.workers) }, () => fork(process.argv[1]));
  const redis = new packages.ioredis.Redis(url, { maxRetriesPerRequest: null });
  let peak = 0;
  const memory = setInterval(async () => {
    const [, used = '0'] = /used_memory:(\d+)/.exec(await redis.info('memory')) ?? [];
    peak = Math.max(peak, Number(used));
  }, 500);
  function* sources() {
    for (let i = 0; i < Number(values.sources); i++) {
      yield { name: `photos/${i}.jpg`, locator: { kind: 'file', path: `photos/${i}.jpg` } };
    }
  }
  const feed = await JobFeed.open(sources());
  const dispatch = queueDispatcher({
    packages,
    url,
    timeoutMs: 60_000,
    sees: () => true,
    clonesOn: (cpus) => cpus,
    model: () =>
      Promise.resolve({
        spec: { model: 'none', threads: 1, batchSize: 1, shareWeights: true },
        fingerprint: '',
        compute: { backend: 'none', device: 'cpu', precision: 'float32' },
      }),
  });
  const dispatcher = dispatch({
    jobs: feed,
    mode: 'thread',
    workers: 1,
    settings: {},
    ordered: false,
    retries: 1,
    notify: console.error,
  });
  let [records, from] = [0, 0];
  for await (const { outcome } of dispatcher.completions()) {
    if (outcome.status !== 'ok') throw new Error(outcome.error.message);
    if (records++ === 0) from = performance.now();
  }
  const seconds = (performance.now() - from) / 1000;
  clearInterval(memory);
  const rss = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${records} records in ${seconds.toFixed(1)} s, ${(records / seconds).toFixed(0)}/s; coordinator ${rss.toFixed(0)} MiB, Redis ${(peak / MiB).toFixed(1)} MiB`,
  );
  redis.disconnect();
  for (const child of [...workers, server]) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
}
