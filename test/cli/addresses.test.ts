import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { predictFiles } from 'fdeploy';
import type { ResultRecord } from '#src/contracts/results.js';
import { recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { makePdf } from '../support/pdf.js';
import { PictureServer } from '../support/picture-server.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const temporary = tempFolder();
const names = readdirSync(SHAPES_PICTURES)
  .filter((name) => /\.(jpg|png)$/.test(name))
  .slice(0, 5);
const picture = readFileSync(path.join(SHAPES_PICTURES, names[0] ?? ''));
const pdf = makePdf([
  { width: 20, height: 20 },
  { width: 20, height: 20 },
  { width: 20, height: 20 },
]);

const server = new PictureServer((request, response, count) => {
  const { pathname } = new URL(request.url ?? '', 'http://server');
  const [, kind = '', rest = ''] = pathname.split('/');
  switch (kind) {
    case 'pictures':
      response.end(readFileSync(path.join(SHAPES_PICTURES, rest)));
      break;
    case 'status':
      response.writeHead(Number(rest)).end('no');
      break;
    case 'first': // fails once, and says when to come again
      if (count === 1) response.writeHead(Number(rest), { 'retry-after': '0' }).end();
      else response.end(picture);
      break;
    case 'cut':
      response.writeHead(200, { 'content-length': picture.length });
      if (count > 1) response.end(picture);
      else {
        response.write(picture.subarray(0, 10));
        setImmediate(() => response.destroy());
      }
      break;
    case 'moved':
      response.writeHead(302, { location: `/pictures/${names[0] ?? ''}?X-Amz-Signature=hidden2` }).end();
      break;
    case 'loop':
      response.writeHead(302, { location: request.url ?? '' }).end();
      break;
    case 'paper.pdf':
      response.end(pdf);
      break;
    default:
      response.end(picture);
  }
});
beforeAll(() => server.start());
afterAll(() => server.stop());

const at = (rest: string): string => `http://${server.host}/${rest}`;
const predict = (args: readonly string[], stdin = '') =>
  runCli(['predict', '-m', SHAPES_MODEL, '-q', ...args], { cwd: folder, stdin, env: { TMPDIR: temporary } });
const results = (records: readonly ResultRecord[]): unknown[] =>
  records.map((record) => (record.status === 'ok' ? record.result : record.error.code));
const byImage = (records: ResultRecord[]): ResultRecord[] =>
  records.sort((a, b) => (a.image < b.image ? -1 : 1));

test.each([['thread'], ['process']])(
  'pictures by address have the results of the files, in %ss',
  async (mode) => {
    const addresses = names.map((name) => at(`pictures/${name}`));
    const local = await predict([...names.map((name) => path.join(SHAPES_PICTURES, name)), '--ordered']);
    const remote = await predict(['-', '--ordered', '--mode', mode, '-n', '2'], addresses.join('\n'));
    expect(remote).toMatchObject({ code: 0, stderr: '' });
    expect(recordsIn(remote.stdout).map(({ image }) => image)).toEqual(addresses);
    expect(results(recordsIn(remote.stdout))).toEqual(results(recordsIn(local.stdout)));
    expect(readdirSync(temporary).filter((name) => /^fdeploy-[0-9a-f]{24}$/.test(name))).toEqual([]);
  },
);

test('what fails is tried again where that helps, and has a record that says why', async () => {
  const list = [
    'status/404',
    'status/503',
    'first/503',
    'first/429',
    'cut/a.jpg',
    'loop/a.jpg',
    'moved/a.jpg',
  ];
  const { code, stdout } = await predict([path.join(SHAPES_PICTURES, names[0] ?? ''), ...list.map(at)]);
  expect(code).toBe(1);
  const found = new Map(
    recordsIn(stdout).map((record) => [record.image.split('/').slice(3).join('/'), record]),
  );
  const failed = (attempts: number, message: unknown): object => ({
    status: 'error',
    attempts,
    error: { code: 'SOURCE_FAILED', message },
  });
  expect(found.get('status/404')).toMatchObject(
    failed(1, `${at('status/404')} cannot be fetched: the server answered 404 (Not Found).`),
  );
  expect(found.get('status/503')).toMatchObject(failed(5, expect.stringContaining('503')));
  expect(found.get('loop/a.jpg')).toMatchObject(failed(1, expect.stringContaining('10')));
  for (const name of ['first/503', 'first/429', 'cut/a.jpg', 'moved/a.jpg']) {
    expect(found.get(name)).toMatchObject({ status: 'ok' });
  }
  expect(recordsIn(stdout)).toHaveLength(list.length + 1);
});

test('secrets are sent, but not written, and same names stay apart', async () => {
  const base = at('pictures/' + (names[0] ?? '')).replace('http://', 'http://user:hidden1@');
  const list = [
    `${base}?id=1&X-Amz-Signature=hidden2&X-Amz-Date=1`,
    `${base}?id=2&access_token=hidden3`,
    `${base}?id=2&access_token=hidden4`,
    `${base}?id=2&access_token=hidden4`,
    `${base}?id=2&access_token=hidden5#mine`,
  ];
  const args = ['-', '-o', 'out.jsonl', '--ordered', '--summary', 'out.summary.json'];
  const { stderr, code } = await predict(args, list.join('\n'));
  expect(code).toBe(1);
  const plain = at('pictures/' + (names[0] ?? ''));
  const records = recordsIn(readFileSync(path.join(folder, 'out.jsonl'), 'utf8'));
  expect(records.map(({ image, status }) => [image, status])).toEqual([
    [`${plain}?id=1`, 'ok'],
    [`${plain}?id=2`, 'ok'],
    [`${plain}?id=2#3`, 'error'],
    [`${plain}?id=2#mine`, 'ok'],
  ]);
  const written = readdirSync(folder)
    .filter((name) => name.startsWith('out.'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
  expect([...written, stderr].join('\n')).not.toMatch(/hidden/);
  const basic = `Basic ${Buffer.from('user:hidden1').toString('base64')}`;
  expect(server.requests).toContainEqual({
    path: `/pictures/${names[0] ?? ''}?id=1&X-Amz-Signature=hidden2&X-Amz-Date=1`,
    authorization: basic,
  });
  const before = server.requests.length;
  const again = await predict(
    [...args, '--resume', '--no-retry-errors'],
    list.join('\n').replace('hidden2', 'new'),
  );
  expect(again.code).toBe(1);
  expect(server.requests).toHaveLength(before);
});

test('a PDF by address has a record for each page, and is fetched once', async () => {
  const { code, stdout } = await predict([at('paper.pdf'), '--ordered']);
  expect(code).toBe(0);
  const pages = recordsIn(stdout).map(({ image, page, pages }) => [image, page, pages]);
  expect(pages).toEqual([1, 2, 3].map((page) => [at('paper.pdf'), page, 3]));
  expect(server.requests.filter(({ path: asked }) => asked === '/paper.pdf')).toHaveLength(1);
});

test('what is no address: exit 2 as an argument, a record in a list', async () => {
  const argument = await predict(['http://user:hidden@:1/a.jpg']);
  expect(argument).toMatchObject({ code: 2, stdout: '' });
  expect(argument.stderr).toContain('is no valid address');
  expect(argument.stderr).not.toContain('hidden');
  const list = await predict(['-'], 'http://user:hidden@:1/a.jpg\n');
  expect(list.code).toBe(1);
  expect(results(recordsIn(list.stdout))).toEqual(['SOURCE_FAILED']);
  expect(list.stdout).not.toContain('hidden');
});

test('the API takes addresses as strings and as URLs', async () => {
  const images = [at('pictures/' + (names[0] ?? '')), new URL(at('pictures/' + (names[1] ?? '')))];
  const records: ResultRecord[] = [];
  for await (const record of predictFiles({ model: SHAPES_MODEL, images, workers: 1 })) records.push(record);
  expect(byImage(records).map(({ image, status }) => [image, status])).toEqual(
    images.map((image) => [image.toString(), 'ok']).sort(),
  );
});
