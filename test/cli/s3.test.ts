import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ResultRecord } from '#src/contracts/results.js';
import { recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { makePdf } from '../support/pdf.js';
import { QueueWorkers } from '../support/queue-workers.js';
import { hasRedis, RedisServer } from '../support/redis-server.js';
import { hasS3, S3Server } from '../support/s3-server.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const names = readdirSync(SHAPES_PICTURES)
  .filter((name) => name.endsWith('.jpg'))
  .slice(0, 3);
const pictures = names.map((name) => readFileSync(path.join(SHAPES_PICTURES, name)));
const [first = Buffer.alloc(0)] = pictures;

(hasS3 ? describe : describe.skip)('with an S3 server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await S3Server.start(tempFolder(), 'shapes', {
      ...Object.fromEntries(names.map((name, i) => [`set/${name}`, pictures[i] ?? first])),
      'set/sub folder/ü + ?#.jpg': first,
      'set/.hidden.jpg': first,
      'set/notes.txt': Buffer.from('notes'),
      'set/paper.pdf': makePdf([
        { width: 20, height: 20 },
        { width: 20, height: 20 },
      ]),
      'other/a.jpg': first,
      'texts/notes.txt': Buffer.from('notes'),
    });
  });
  afterAll(() => server.stop());
  afterEach(() => {
    server.fault = () => false;
  });

  const predict = (args: readonly string[], stdin = '') =>
    runCli(['predict', '-m', SHAPES_MODEL, '--ordered', ...args], { cwd: folder, stdin, env: server.env });
  const results = (records: readonly ResultRecord[]): unknown[] =>
    records.map((record) => (record.status === 'ok' ? record.result : record.error.code));

  test('a prefix is listed page by page; its pictures have the results of the files', async () => {
    const { code, stdout, stderr } = await predict(['s3://shapes/set/']);
    expect(code).toBe(0);
    const records = recordsIn(stdout);
    const keys = [...names, 'paper.pdf', 'paper.pdf', 'sub folder/ü + ?#.jpg'];
    expect(records.map(({ image }) => image)).toEqual(keys.map((key) => `s3://shapes/set/${key}`));
    const files = names.map((name) => path.join(SHAPES_PICTURES, name));
    const local = results(recordsIn((await predict([...files, '-q'])).stdout));
    expect(results(records.slice(0, 3))).toEqual(local);
    expect(results(records)[5]).toEqual(local[0]);
    expect(stderr).toMatch(/1 \.txt, 1 hidden/);
    // 7 keys, 2 a page
    expect(server.requests.filter((url) => url.includes('list-type=2'))).toHaveLength(4);
  });

  test('keys, prefixes and paths may be mixed in a list; what fails has a record', async () => {
    let refused = 0;
    server.fault = (request, response) => {
      if (!request.url?.includes('/other/a.jpg') || refused++ > 0) return false;
      response.writeHead(503).end();
      return true;
    };
    const list = [
      's3://shapes/other/a.jpg',
      's3://shapes/gone.jpg',
      's3://shapes/texts/',
      's3://absent/',
      's3://x',
      `${SHAPES_PICTURES}/${names[0] ?? ''}`,
      's3://shapes/other',
    ];
    const { code, stdout } = await predict(['-', '-q'], list.join('\n'));
    const records = recordsIn(stdout);
    expect(code).toBe(1);
    expect(records.map(({ image }) => image)).toEqual(list);
    const messages = records.map((record) => (record.status === 'ok' ? 'ok' : record.error.message));
    expect(messages).toEqual([
      'ok',
      expect.stringMatching(/cannot be fetched: the server answered 404 \(NoSuchKey\)/),
      expect.stringContaining('has no picture'),
      expect.stringMatching(/cannot be listed: the server answered 404 \(NoSuchBucket\)/),
      's3://x is no valid address.',
      'ok',
      expect.stringMatching(/404 \(NoSuchKey\)/),
    ]);
    expect(refused).toBe(2);
  });

  test.each([
    ['s3://shapes/texts/', /has no picture/],
    ['s3://absent/', /s3:\/\/absent\/ cannot be listed: the server answered 404 \(NoSuchBucket\)/],
    ['s3://user:secret@bucket/a.jpg', /s3:\/\/bucket\/a.jpg is no valid address/],
  ])('the argument %s ends the command', async (address, message) => {
    const { code, stdout, stderr } = await predict([address]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('secret');
  });

  test('a listing that breaks off ends the command', async () => {
    server.fault = (request, response) => {
      if (!request.url?.includes('continuation-token')) return false;
      response.writeHead(403).end();
      return true;
    };
    const { code, stderr } = await predict(['s3://shapes/set/', '-o', 'part.jsonl']);
    expect(stderr).toMatch(/cannot be listed: the server answered 403/);
    expect(code).toBe(2);
  });

  (hasRedis ? test : test.skip)('workers of a queue fetch from the buckets of --allow-host', async () => {
    const redis = await RedisServer.start(tempFolder());
    const workers = new QueueWorkers();
    const startWorker = (bucket: string) =>
      workers.start(
        ['--queue', redis.url, '-n', '1', '--root', path.resolve('fixtures'), '--allow-host', bucket],
        server.env,
      );
    await startWorker('others');
    try {
      const run = ['s3://shapes/set/', '-q', '--queue', redis.url];
      const refused = await predict(run);
      expect([refused.code, refused.stdout]).toEqual([3, '']);
      expect(refused.stderr).toMatch(/does not fetch s3:.*'shapes' is not among those of --allow-host/);
      await workers.leave();
      await startWorker('shapes');
      const { code, stdout } = await predict(run);
      expect(code).toBe(0);
      expect(results(recordsIn(stdout))).toEqual(results(recordsIn((await predict(run.slice(0, 2))).stdout)));
    } finally {
      await workers.leave();
      await redis.stop();
    }
  });
});
