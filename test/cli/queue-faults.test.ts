import { existsSync, linkSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { finished, recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES, startCli } from '../support/cli.js';
import { QueueWorkers } from '../support/queue-workers.js';
import { hasRedis, RedisServer } from '../support/redis-server.js';
import { tempFolder } from '../support/temp.js';
import { until } from '../support/until.js';

const PICTURES = 400;
/** More than are predicted until another run has started and ended. */
const MANY = 8000;
const folder = tempFolder();
const pictures = tempFolder();
const many = tempFolder();
const output = (name: string): string => path.join(folder, name);

(hasRedis ? describe : describe.skip)('a queue with faults', () => {
  let redis: RedisServer;
  const workers = new QueueWorkers();
  beforeAll(async () => {
    redis = await RedisServer.start(tempFolder());
    const picture = path.join(many, '0.jpg');
    writeFileSync(picture, readFileSync(`${SHAPES_PICTURES}/cls_000.jpg`));
    for (let i = 1; i < MANY; i++) linkSync(picture, path.join(many, `${i}.jpg`));
    for (let i = 0; i < PICTURES; i++) linkSync(picture, path.join(pictures, `${i}.jpg`));
  });
  afterEach(() => workers.leave());
  afterAll(() => redis.stop());

  const roots = [pictures, many, path.resolve('fixtures')].flatMap((root) => ['--root', root]);
  const startWorker = () => workers.start(['--queue', redis.url, '-n', '1', ...roots]);
  const run = (name: string, images = pictures, ...more: string[]) => {
    const args = ['predict', '-m', SHAPES_MODEL, images, '-q', '--queue', redis.url, '-o', output(name)];
    return startCli([...args, '--summary', output(`${name}.json`), ...more]);
  };
  const recordsOf = (name: string) => recordsIn(readFileSync(output(name), 'utf8'));
  const summaryOf = (name: string) => JSON.parse(readFileSync(output(`${name}.json`), 'utf8')) as object;
  const hasBegun = (name: string) =>
    until(() => existsSync(output(name)) && readFileSync(output(name), 'utf8').includes('\n'));
  const expectAll = (name: string): void => {
    const records = recordsOf(name);
    expect(records.filter(({ status }) => status === 'error')).toEqual([]);
    expect(new Set(records.map(({ image }) => image)).size).toBe(PICTURES);
    expect(records).toHaveLength(PICTURES);
  };

  test('a small run does not wait for a large one that came before it', async () => {
    await startWorker();
    const large = run('large.jsonl', many);
    await hasBegun('large.jsonl');
    const small = await finished(run('small.jsonl', `${SHAPES_PICTURES}/cls_000.jpg`));
    expect(small.code).toBe(0);
    large.kill('SIGINT');
    expect((await finished(large)).code).toBe(130);
    const { length } = recordsOf('large.jsonl');
    expect(length).toBeLessThan(MANY);
    expect(summaryOf('large.jsonl')).toMatchObject({ ok: length, notPredicted: MANY - length });
  });

  test('a worker that gets SIGTERM hands back what it has not begun', async () => {
    const { child } = await startWorker();
    await startWorker();
    const end = finished(run('term.jsonl'));
    await hasBegun('term.jsonl');
    const gone = finished(child);
    child.kill('SIGTERM');
    expect((await gone).code).toBe(143);
    expect((await end).code).toBe(0);
    expectAll('term.jsonl');
    expect(summaryOf('term.jsonl')).toMatchObject({ ok: PICTURES, retried: 0 });
  });

  test('both sides wait for Redis, and go on', async () => {
    await startWorker();
    const end = finished(run('away.jsonl'));
    await hasBegun('away.jsonl');
    await redis.stop();
    expect(recordsOf('away.jsonl').length).toBeLessThan(PICTURES);
    await redis.start();
    expect((await end).code).toBe(0);
    expectAll('away.jsonl');
  });

  test('a run without workers ends with 3 after --queue-timeout', async () => {
    const args = ['predict', '-m', SHAPES_MODEL, SHAPES_PICTURES, '-q', '--queue', redis.url];
    const { code, stdout, stderr } = await runCli([...args, '--queue-timeout', '1']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/no worker took part for \d+ s: start fdeploy worker with this queue/);
  });
});
