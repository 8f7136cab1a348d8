import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { comparable, recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { COMMIT, HubServer } from '../support/hub-server.js';
import { tempFolder } from '../support/temp.js';
import { tarOf } from '../support/archives.js';

const NAME = 'PP-LCNet_x0_25';
const REPOSITORY = `PaddlePaddle/${NAME}`;
const picture = path.join(SHAPES_PICTURES, 'cls_000.jpg');
const files = Object.fromEntries(
  readdirSync(SHAPES_MODEL).map((name) => [name, readFileSync(path.join(SHAPES_MODEL, name))]),
);
const network = 'inference.onnx';
const size = files[network]?.length ?? 0;

const hub = new HubServer();
beforeAll(() => hub.start());
afterAll(() => hub.stop());

let cache: string;
let env: Record<string, string>;
beforeEach(() => {
  cache = path.join(tempFolder(), 'cache');
  env = { FDEPLOY_CACHE: cache, HF_ENDPOINT: hub.url, HF_TOKEN: '' };
  hub.repositories[REPOSITORY] = { files, large: [network] };
  hub.requests.length = 0;
  hub.cut = undefined;
  hub.forged = {};
});

const run = (...args: string[]) => runCli(args, { env });
const offline = (...args: string[]) => runCli(args, { env: { ...env, HF_ENDPOINT: 'http://127.0.0.1:9' } });
const stored = (name: string) => path.join(cache, 'pulled', encodeURIComponent(name));
const manifestOf = (name: string) =>
  JSON.parse(readFileSync(path.join(stored(name), 'manifest.json'), 'utf8')) as {
    revision: string;
    origin: string;
    files: { path: string; size: number }[];
  };
const downloads = () => {
  const folder = path.join(cache, 'downloads');
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.endsWith('.lock')) : [];
};

it('an absent name is a sentence with the command and the size, and fetches nothing', async () => {
  const { code, stderr } = await run('predict', '-m', NAME, picture);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^fdeploy: PP-LCNet_x0_25 is not on this machine: fetch it with 'fdeploy models pull PP-LCNet_x0_25' \(\d+\.\d MB\), or use --pull\n$/,
  );
  expect(hub.requests).toEqual([]);
});

it('is pulled once and predicts without a network', async () => {
  expect(await run('models', 'pull', NAME)).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^fdeploy: pulled PP-LCNet_x0_25, \d+\.\d MB\n$/) as string,
  });
  const manifest = manifestOf(NAME);
  expect(manifest).toMatchObject({ revision: COMMIT, origin: `${hub.url}/${REPOSITORY}` });
  expect(manifest.files.map((file) => file.path)).toEqual(Object.keys(files).sort());
  expect(downloads()).toEqual([]);
  const result = await offline('predict', '-q', '-m', NAME, picture);
  const folder = await offline('predict', '-q', '-m', SHAPES_MODEL, picture);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(comparable(recordsIn(result.stdout))).toEqual(comparable(recordsIn(folder.stdout)));
  expect((await offline('models', 'pull', NAME)).stderr).toBe(`fdeploy: ${NAME} is there\n`);
  expect((await offline('models', 'list')).stdout).toContain(`${NAME}  ${hub.url}/${REPOSITORY}`);
  expect(await offline('models', 'remove', NAME)).toEqual({
    code: 0,
    stdout: `removed ${NAME}\n`,
    stderr: '',
  });
  expect((await offline('predict', '-m', NAME, picture)).code).toBe(2);
});

it('--pull fetches it in one go', async () => {
  expect(await run('predict', '-q', '--pull', '-m', NAME, picture)).toMatchObject({ code: 0, stderr: '' });
  expect((await offline('predict', '-q', '--pull', '-m', NAME, picture)).code).toBe(0);
});

it('a config names a model as -m does', async () => {
  const folder = path.dirname(cache);
  const config = (name: string, fields: object): string => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify({ fdeploy: fields }));
    return file;
  };
  const own = config('own.json', { model: NAME, topk: 2 });
  expect((await run('predict', '-m', own, picture)).stderr).toContain(`fdeploy models pull ${NAME}`);
  const { code, stdout, stderr } = await run('predict', '-q', '--pull', '-m', own, picture);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [record] = recordsIn(stdout);
  expect(record).toMatchObject({ status: 'ok', result: { classes: [{}, {}] } });
  const page = path.resolve('fixtures/ocr/document/doc_ori');
  const installed = config('pages.json', { model: 'ppocr-v4', doc: path.relative(folder, page) });
  const inspected = await run('inspect', installed, '--json');
  expect(inspected).toMatchObject({ code: 0, stderr: '' });
  expect(inspected.stdout).toContain('ch_PP-OCRv4_rec_infer');
  expect(inspected.stdout).toContain('doc_ori');
});

it('a broken download goes on where it broke', async () => {
  hub.cut = { path: network, after: 300_000, times: 1 };
  expect((await run('models', 'pull', NAME)).code).toBe(0);
  expect(hub.requests.filter((request) => /onnx bytes=[1-9]/.test(request))).not.toEqual([]);
});

it('a pull that fails leaves what it got to the next one', async () => {
  hub.cut = { path: network, after: 100_000, times: Infinity };
  const first = await run('models', 'pull', NAME);
  expect(first.code).toBe(3);
  expect(first.stderr).toMatch(
    /PP-LCNet_x0_25: inference.onnx could not be fetched .*the same command continues/,
  );
  expect(existsSync(stored(NAME))).toBe(false);
  hub.cut = undefined;
  hub.requests.length = 0;
  expect((await run('models', 'pull', NAME)).code).toBe(0);
  const ranges = hub.requests.flatMap(
    (request) => /onnx bytes=(\d+)-(\d+)$/.exec(request)?.slice(1, 3) ?? [],
  );
  const starts = ranges.filter((_, index) => index % 2 === 0).map(Number);
  expect(Math.max(...starts)).toBeGreaterThanOrEqual(100_000);
  expect(manifestOf(NAME).files.find((file) => file.path === network)?.size).toBe(size);
});

it.each([network, 'inference.yml'])('%s with other bytes is refused and removed', async (name) => {
  const forged = Buffer.from(files[name] ?? '');
  forged[5] = (forged[5] ?? 0) ^ 1;
  hub.forged = { [name]: forged };
  const { code, stderr } = await run('models', 'pull', NAME);
  expect(code).toBe(3);
  expect(stderr).toBe(`fdeploy: ${NAME}: ${name} has other bytes than the hub says: it was removed\n`);
  expect(existsSync(stored(NAME))).toBe(false);
  const left = readdirSync(path.join(cache, 'downloads', NAME), { recursive: true }).map(String);
  expect(left.filter((file) => file.endsWith('.part') || path.basename(file) === name)).toEqual([]);
});

it('two pulls at once fetch each file once', async () => {
  const results = await Promise.all([run('models', 'pull', NAME), run('models', 'pull', NAME)]);
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  expect(results.map(({ stderr }) => /pulled|is there/.exec(stderr)?.[0]).sort()).toEqual([
    'is there',
    'pulled',
  ]);
  expect(hub.requests.filter((request) => request.includes('/tree/')).length).toBe(1);
});

it('a file that changed in the store is refused, and pulled again', async () => {
  await run('models', 'pull', NAME);
  const file = path.join(stored(NAME), 'files', 'inference.yml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('1', '2'));
  const { code, stderr } = await offline('predict', '-m', NAME, picture);
  expect(code).toBe(2);
  expect(stderr).toMatch(/inference.yml has changed since it was stored/);
  expect((await run('models', 'pull', NAME)).code).toBe(0);
  expect((await offline('predict', '-q', '-m', NAME, picture)).code).toBe(0);
});

it('a reference: a tree of 40 files below a folder of a revision', async () => {
  const tree = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [`exports/shapes/${name}`, bytes] as const),
  );
  for (let i = Object.keys(tree).length; i < 40; i++)
    tree[`exports/shapes/notes/${i}.txt`] = Buffer.from(`${i}`);
  hub.repositories['me/mine'] = { files: { 'README.md': Buffer.from('#'), ...tree } };
  const reference = 'hf:me/mine@v1.0/exports/shapes';
  expect((await run('predict', '-m', reference, picture)).stderr).toContain(
    `fdeploy models pull ${reference}`,
  );
  expect((await run('models', 'pull', reference)).code).toBe(0);
  expect(manifestOf(reference).files.length).toBe(40);
  expect((await offline('predict', '-q', '-m', reference, picture)).code).toBe(0);
});

it.each(['../../evil', 'a/../../evil', '/etc/evil', 'C:evil', 'a\\b'])(
  'a hub that lists %s is refused',
  async (name) => {
    hub.repositories['me/evil'] = { files: { [name]: Buffer.from('x') } };
    const { code, stderr } = await run('models', 'pull', 'hf:me/evil');
    expect(code).toBe(2);
    expect(stderr).toMatch(/is not one of a model .*nothing is fetched\n$/);
    expect(hub.requests.filter((request) => request.includes('/resolve/'))).toEqual([]);
  },
);

it('the token goes to the hub, and to no other host that it names', async () => {
  const store = new HubServer();
  await store.start();
  try {
    const tree = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`notes/${i}.txt`, Buffer.from('x')]),
    );
    const repository = { files: { ...files, ...tree }, large: [network] };
    hub.repositories[REPOSITORY] = store.repositories[REPOSITORY] = repository;
    hub.store = store;
    hub.tokens.length = 0;
    const { code } = await runCli(['models', 'pull', NAME], { env: { ...env, HF_TOKEN: 'hf_secret' } });
    expect(code).toBe(0);
    expect(new Set(hub.tokens)).toEqual(new Set(['Bearer hf_secret']));
    expect(new Set(store.tokens)).toEqual(new Set(['']));
    expect(store.requests.filter((request) => request.includes('/tree/'))).not.toEqual([]);
    expect(store.requests.filter((request) => request.includes(network))).not.toEqual([]);
  } finally {
    hub.store = undefined;
    await store.stop();
  }
});

it('what the hub has not, and a hub that is away, are sentences', async () => {
  hub.repositories = {};
  const absent = await run('models', 'pull', NAME);
  expect(absent).toMatchObject({ code: 2, stdout: '' });
  expect(absent.stderr).toMatch(
    /has no repository, revision or folder of this name \(PaddlePaddle\/PP-LCNet_x0_25\)\n$/,
  );
  const away = await offline('models', 'pull', NAME);
  expect(away.code).toBe(3);
  expect(away.stderr).toMatch(/could not be fetched from 127\.0\.0\.1:9 .*HF_ENDPOINT names another hub\n$/);
  expect((await run('models', 'pull', 'PP-LCNet_x0_26')).stderr).toMatch(/did you mean PP-LCNet_x0_25\?\n$/);
});

/** Root may write anywhere, so there the command runs as nobody. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

it('a cache that cannot be written is a sentence', async () => {
  chmodSync(path.dirname(cache), 0o755);
  mkdirSync(cache, { mode: 0o555 });
  const { code, stderr } = await runCli(['models', 'pull', NAME], { env, ...nobody });
  expect([code, stderr.trimEnd().split('\n').length]).toEqual([3, 1]);
  expect(stderr).toMatch(/PP-LCNet_x0_25 cannot be stored in the cache .* \(EACCES\): set FDEPLOY_CACHE\n$/);
  expect(readdirSync(cache)).toEqual([]);
});

it('a cache file in place of a folder is a sentence', async () => {
  writeFileSync(cache, '');
  const { code, stderr } = await run('models', 'pull', NAME);
  expect([code, stderr.trimEnd().split('\n').length]).toEqual([3, 1]);
  expect(statSync(cache).isFile()).toBe(true);
});

describe('add', () => {
  it('stores a folder and an archive under a name', async () => {
    const tar = path.join(path.dirname(cache), 'shapes.tar');
    writeFileSync(tar, tarOf(Object.entries(files).map(([name, content]) => ({ name, content }))));
    expect(await run('models', 'add', SHAPES_MODEL, '--name', 'mine')).toMatchObject({
      code: 0,
      stdout: 'added mine\n',
    });
    expect(await run('models', 'add', tar)).toMatchObject({ code: 0, stdout: 'added shapes\n' });
    for (const name of ['mine', 'shapes']) {
      expect((await run('predict', '-q', '-m', name, picture)).code).toBe(0);
    }
    expect((await run('models', 'add', tar)).stderr).toMatch(/there is a model shapes already/);
  });

  it.each([
    [['models', 'add'], /needs a folder or an archive/],
    [['models', 'add', 'nowhere'], /neither a folder nor an archive/],
    [['models', 'add', SHAPES_MODEL, '--name', '../x'], /a model's name has letters/],
    [['models', 'pull'], /needs the name of a model/],
    [['models', 'list', 'x'], /takes no names/],
    [['models', 'pull', 'x', '--name', 'y'], /--name is for 'models add'/],
    [['models', 'remove', 'nothing'], /there is no pulled or added model nothing/],
    [['models', 'known', 'nothing'], /no known model has 'nothing'/],
  ])('%j is a sentence', async (args, sentence) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 1]);
    expect(stderr).toMatch(sentence);
  });
});
