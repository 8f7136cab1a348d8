import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import {
  comparable,
  finished,
  recordsIn,
  runCli,
  SHAPES_MODEL,
  SHAPES_PICTURES,
  startCli,
} from '../support/cli.js';
import { usableCpus } from '#src/machine/cpus.js';
import { makePdf } from '../support/pdf.js';
import { PictureServer } from '../support/picture-server.js';
import { QueueWorkers } from '../support/queue-workers.js';
import { hasRedis, RedisServer } from '../support/redis-server.js';
import { tempFolder } from '../support/temp.js';
import { until } from '../support/until.js';

const folder = tempFolder();
const LIST = ['-m', SHAPES_MODEL, SHAPES_PICTURES];

test.each([
  [['--queue', 'http://user:secret@host'], /--queue must be an address such as redis:/],
  [
    ['--queue', 'redis://host/0', '-n', '2'],
    /--workers cannot be used with --queue: give it to fdeploy worker/,
  ],
  [['--queue', 'redis://host/0', '--save-images', 'x'], /--save-images cannot be used with --queue/],
])('refuses %j', async (options, message) => {
  const { code, stderr } = await runCli(['predict', ...LIST, ...options], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('secret');
});

test('a worker needs a queue and roots that are folders', async () => {
  const bare = await runCli(['worker'], { cwd: folder, env: { FDEPLOY_QUEUE: '' } });
  expect([bare.code, bare.stderr]).toEqual([
    2,
    expect.stringContaining('--queue or FDEPLOY_QUEUE is required'),
  ]);
  const { code, stderr } = await runCli(['worker', '--queue', 'redis://host', '--root', 'gone'], {
    cwd: folder,
  });
  expect([code, stderr]).toEqual([2, expect.stringContaining("'gone' is none")]);
});

test('both sides end with 3 when the queue stays away, and never say its password', async () => {
  const away = ['--queue', 'redis://user:secret@127.0.0.1:1/0', '--queue-timeout', '1'];
  const ends = await Promise.all([
    runCli(['predict', ...LIST, ...away], { cwd: folder }),
    runCli(['worker', ...away], { cwd: folder }),
  ]);
  for (const { code, stderr } of ends) {
    expect(code).toBe(3);
    expect(stderr).toMatch(/the queue at redis:\/\/127.0.0.1:1\/0 did not answer for 1 s/);
    expect(stderr).not.toContain('secret');
  }
});

const server = new PictureServer((request, response) => {
  const name = path.basename(request.url ?? '');
  if (name === 'busy.jpg') response.writeHead(503, { 'retry-after': '0' }).end();
  else if (name.startsWith('moved')) response.writeHead(302, { location: 'http://localhost:1/' }).end();
  else if (name === 'paper.pdf')
    response.end(
      makePdf([
        { width: 20, height: 20 },
        { width: 20, height: 20 },
      ]),
    );
  else response.end(readFileSync(path.join(SHAPES_PICTURES, 'cls_000.jpg')));
});
beforeAll(() => server.start());
afterAll(() => server.stop());

(hasRedis ? describe : describe.skip)('with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start(tempFolder());
  });
  afterAll(() => redis.stop());

  const workers = new QueueWorkers();
  afterEach(() => workers.leave());

  const startWorker = (...args: string[]) => startWorkerWith(['-n', '1', ...args]);
  const startWorkerWith = (args: string[], env?: Record<string, string>) =>
    workers.start(['--queue', redis.url, '--root', path.resolve('fixtures'), ...args], env);
  const predict = (...args: string[]) =>
    runCli(['predict', ...LIST, '--queue', redis.url, '-q', ...args], { cwd: folder });

  test.each(['thread', 'process'])('two workers in mode %s give the records of a local run', async (mode) => {
    await Promise.all([startWorker('--mode', mode), startWorker('--mode', mode)]);
    const local = recordsIn((await runCli(['predict', ...LIST, '-q'])).stdout);
    const { code, stdout } = await predict('--ordered', '--summary', `${mode}.json`);
    const records = recordsIn(stdout);
    expect(code).toBe(0);
    expect(comparable(records)).toEqual(comparable(local));
    expect(records.map(({ index }) => index)).toEqual(local.map((_, index) => index));
    const summary = JSON.parse(readFileSync(path.join(folder, `${mode}.json`), 'utf8')) as object;
    expect(summary).toMatchObject({ ok: local.length, notPredicted: 0, workers: 2, machines: 1 });
  });

  test('the clones of a worker without -n are as many as the threads of the run leave room for', async () => {
    await startWorkerWith([]);
    for (const threads of [1, usableCpus()]) {
      const { code } = await predict('--threads-per-worker', `${threads}`, '--summary', 'threads.json');
      expect(code).toBe(0);
      const summary = JSON.parse(readFileSync(path.join(folder, 'threads.json'), 'utf8')) as object;
      expect(summary).toMatchObject({ workers: usableCpus() / threads });
    }
  });

  test('a folder with the name of the task is not taken for it', async () => {
    await startWorker();
    mkdirSync(path.join(folder, 'classification'), { recursive: true });
    const { code, stdout } = await predict('--task', 'classification');
    expect([code, recordsIn(stdout).length]).toEqual([0, 20]);
  });

  test('nothing of a finished run stays in Redis', async () => {
    await startWorker();
    expect((await predict()).code).toBe(0);
    const client = new Redis(redis.url);
    const keys = await client.keys('fdeploy:*');
    const waiting = await client.llen('bull:fdeploy-jobs:wait');
    client.disconnect();
    expect([keys, waiting]).toEqual([[], 0]);
  });

  test('a coordinator that was killed is resumed', async () => {
    const output = path.join(folder, 'killed.jsonl');
    const args = ['predict', ...LIST, '--queue', redis.url, '-q', '-o', output, '--resume'];
    const first = startCli(args);
    await startWorker();
    await until(() => existsSync(output));
    first.kill('SIGKILL');
    await finished(first);
    expect((await runCli(args)).code).toBe(0);
    const names = recordsIn(readFileSync(output, 'utf8')).map(({ image }) => image);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(20);
  });

  test('a missing file is an error record, as in a local run', async () => {
    await startWorker();
    const inFixtures = path.resolve('fixtures/pictures');
    const { code, stdout } = await runCli(['predict', '-m', SHAPES_MODEL, '-', '-q', '--queue', redis.url], {
      stdin: `${inFixtures}/gone.jpg\n`,
    });
    expect(code).toBe(1);
    expect(recordsIn(stdout)).toMatchObject([{ status: 'error', error: { code: 'IMAGE_MISSING' } }]);
  });

  test('a run whose files no worker sees, here for its --map, ends with 3', async () => {
    const { said } = await startWorker(
      '--map',
      `${path.resolve('fixtures/pictures')}=${path.resolve('fixtures/gone')}`,
    );
    const { code, stderr } = await predict();
    expect(code).toBe(3);
    expect(stderr).toMatch(/no worker can predict this run: fdeploy\.1\.\w+@.*sees none of a job's files/);
    expect(said()).toMatch(/share the folder, or rewrite the path with --map/);
  });

  test('a worker with a backend of its own uses it, and refuses where it is missing', async () => {
    await startWorkerWith(['--backend', 'openvino'], { FDEPLOY_OPENVINO: folder });
    const { code, stderr } = await predict();
    expect([code, stderr]).toEqual([3, expect.stringMatching(/no worker can predict this run: .*openvino/i)]);
  });

  test('jobs beyond the roots and malformed ones are refused, and the worker goes on', async () => {
    const { said } = await startWorker();
    const client = new Redis(redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue('fdeploy-jobs', { connection: client });
    await client.set('fdeploy:run:test', '1', 'PX', 60_000);
    const good = {
      version: 1,
      run: 'test',
      model: {
        spec: { model: SHAPES_MODEL, threads: 1, batchSize: 1, shareWeights: true },
        fingerprint: '',
        compute: { backend: 'onnxruntime', device: 'cpu', precision: 'float32' },
      },
      mode: 'thread',
      retries: 1,
      alone: false,
      maybeMissing: true,
      pictures: [
        {
          index: 0,
          source: { name: 'a', locator: { kind: 'file', path: `${SHAPES_PICTURES}/cls_000.jpg` } },
        },
      ],
    };
    const at = (locator: object) => ({ ...good, pictures: [{ index: 0, source: { name: 'a', locator } }] });
    writeFileSync(path.join(folder, 'outside.onnx'), '');
    const jobs: [unknown, string][] = [
      [at({ kind: 'file', path: '/etc/passwd' }), '/etc/passwd is not below'],
      [at({ kind: 'file', path: `${SHAPES_PICTURES}/../../../package.json` }), 'package.json is not below'],
      [at({ kind: 'http', url: 'http://127.0.0.1/' }), 'an address of the machine itself'],
      [at({ kind: 'http', url: 'file:///etc/passwd' }), 'it is no address'],
      [at({ kind: 'ftp', url: 'ftp://example.com/' }), 'does not read sources of kind ftp'],
      [
        {
          ...good,
          model: { ...good.model, spec: { ...good.model.spec, model: path.join(folder, 'outside.onnx') } },
        },
        'outside.onnx is not below',
      ],
      [good, 'is not that of the run'],
      [{ run: 'test' }, 'it is not one of this version of fdeploy'],
      ['nonsense', 'it is not one of this version of fdeploy'],
    ];
    for (const [data, sentence] of jobs) {
      await queue.add('predict', data, { removeOnComplete: true });
      await until(() => said().includes(sentence));
    }
    await client.del('fdeploy:run:test', 'fdeploy:answers:test');
    await queue.close();
    client.disconnect();
    expect((await predict()).code).toBe(0);
  });

  test('workers fetch from hosts of --allow-host, and go on after others', async () => {
    const listed = ['a.jpg', 'moved.jpg', 'busy.jpg', 'paper.pdf'].map(
      (name) => `http://${server.host}/${name}`,
    );
    const run = (...more: string[]) =>
      runCli([
        'predict',
        '-m',
        SHAPES_MODEL,
        ...listed,
        '-q',
        '--ordered',
        ...more,
        `${SHAPES_PICTURES}/cls_000.jpg`,
      ]);
    const { child, said } = await startWorker();
    const refused = await run('--queue', redis.url);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/does not fetch .*127.0.0.1' is an address of the machine itself/);
    expect(said()).toContain('which --allow-host does not name');
    child.kill('SIGTERM');
    await startWorker('--allow-host', '127.0.0.1');
    const { code, stdout } = await run('--queue', redis.url, '--summary', path.join(folder, 'fetched.json'));
    expect(code).toBe(1);
    const [a, moved, busy, ...others] = recordsIn(stdout);
    expect(moved).toMatchObject({ status: 'error', error: { code: 'SOURCE_FAILED' } });
    expect(busy).toMatchObject({ status: 'error', attempts: 5, error: { code: 'SOURCE_FAILED' } });
    const summary = JSON.parse(readFileSync(path.join(folder, 'fetched.json'), 'utf8')) as object;
    expect(summary).toMatchObject({ failed: 2, retried: 0 }); // as locally: no worker died
    expect(others).toMatchObject([{ page: 1 }, { page: 2 }, { status: 'ok' }]);
    expect(a?.status === 'ok' && a.result).toEqual(others[2]?.status === 'ok' && others[2].result);
  });

  test('the pictures of a worker that was killed are predicted by another', async () => {
    const pictures = tempFolder();
    for (let i = 0; i < 40; i++) cpSync(`${SHAPES_PICTURES}/cls_000.jpg`, path.join(pictures, `${i}.jpg`));
    const { child } = await startWorker('--root', pictures);
    const run = runCli(['predict', '-m', SHAPES_MODEL, pictures, '-q', '--queue', redis.url]);
    const client = new Redis(redis.url);
    let active = 0;
    while (active === 0) active = await client.llen('bull:fdeploy-jobs:active');
    client.disconnect();
    child.kill('SIGKILL');
    await startWorker('--root', pictures);
    const { code, stdout } = await run;
    expect(recordsIn(stdout).filter(({ status }) => status === 'error')).toEqual([]);
    expect(code).toBe(0);
    expect(new Set(recordsIn(stdout).map(({ image }) => image)).size).toBe(40);
  }, 120_000);
});
