import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { tarOf, zipOf } from '../../support/archives.js';
import { comparable, recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../../support/cli.js';
import { paddleCases, writeExport } from '../../support/paddle-cases.js';
import { tempFolder } from '../../support/temp.js';

const picture = path.join(SHAPES_PICTURES, 'cls_000.jpg');
const files = readdirSync(SHAPES_MODEL).map((name) => ({
  name,
  content: readFileSync(path.join(SHAPES_MODEL, name)),
}));
const below = (folder: string) => files.map((file) => ({ ...file, name: `${folder}/${file.name}` }));

const folder = tempFolder();
const cache = path.join(folder, 'cache');
const run = (...args: string[]) => runCli(args, { cwd: folder, env: { FDEPLOY_CACHE: cache } });
const predict = (model: string) => run('predict', '-q', '-m', model, picture);
const unpacked = () => readdirSync(path.join(cache, 'archives'));

let expected: ReturnType<typeof comparable>;
beforeAll(async () => {
  expected = comparable(recordsIn((await predict(SHAPES_MODEL)).stdout));
});

const ARCHIVES: [name: string, bytes: () => Buffer][] = [
  ['flat.tar', () => tarOf(files)],
  ['packed.tar.gz', () => gzipSync(tarOf([{ name: './', type: '5' }, ...below('./shapes')]))],
  ['packed.tgz', () => gzipSync(tarOf(below('outer/shapes')))],
  ['gzip-without-its-ending.tar', () => gzipSync(tarOf(files))],
  ['flat.zip', () => zipOf(files.map((file) => ({ ...file, deflate: true })))],
  [
    'finder.zip',
    () =>
      zipOf([
        { name: 'shapes/' },
        ...below('shapes'),
        { name: '__MACOSX/shapes/._inference.yml', content: 'x' },
        { name: 'shapes/.DS_Store', content: 'x' },
      ]),
  ],
];

it.each(ARCHIVES)('%s is opened like the folder that it holds', async (name, bytes) => {
  writeFileSync(path.join(folder, name), bytes());
  const result = await predict(name);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(comparable(recordsIn(result.stdout))).toEqual(expected);
});

it('opens what the system’s tar has packed', async () => {
  execFileSync('tar', ['-cf', path.join(folder, 'system.tar'), '-C', SHAPES_MODEL, '.']);
  expect(await predict('system.tar')).toMatchObject({ code: 0, stderr: '' });
});

it('is unpacked once, whatever its name, and again if it has changed', async () => {
  await run('models', 'clear');
  writeFileSync(path.join(folder, 'a.tar'), tarOf(files));
  cpSync(path.join(folder, 'a.tar'), path.join(folder, 'b.tar'));
  await predict('a.tar');
  const [first] = unpacked();
  const made = statSync(path.join(cache, 'archives', first!, 'inference.yml')).ctimeMs;
  await Promise.all([predict('a.tar'), predict('b.tar')]);
  expect(unpacked()).toEqual([first]);
  expect(statSync(path.join(cache, 'archives', first!, 'inference.yml')).ctimeMs).toBe(made);

  writeFileSync(path.join(folder, 'a.tar'), tarOf(below('other')));
  await predict('a.tar');
  expect(unpacked()).toHaveLength(2);
  expect((await run('models', 'clear')).stdout).toMatch(/2 unpacked archives removed/);
  expect(unpacked()).toEqual([]);
});

it('is the same for two processes that unpack it at once', async () => {
  rmSync(cache, { recursive: true, force: true });
  const results = await Promise.all([predict('flat.tar'), predict('flat.tar'), predict('flat.tar')]);
  expect(results.map(({ code, stderr }) => [code, stderr])).toEqual(results.map(() => [0, '']));
  expect(unpacked()).toHaveLength(1);
});

it('is inspected, and converted to a file beside it', async () => {
  const inspection = await run('inspect', 'packed.tgz', '--json');
  expect(JSON.parse(inspection.stdout)).toMatchObject({ task: 'classification', problems: [] });

  const picodet = paddleCases('architectures')[0]!;
  const { model, params } = writeExport(picodet, 'pir', tempFolder());
  const entry = (file: string) => ({ name: `m/${path.basename(file)}`, content: readFileSync(file) });
  writeFileSync(path.join(folder, 'paddle.zip'), zipOf([model, params!].map(entry)));
  const converted = await run('convert', 'paddle.zip');
  expect(converted).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^fdeploy: wrote paddle\.onnx/) as string,
  });
  expect(statSync(path.join(folder, 'paddle.onnx')).size).toBeGreaterThan(statSync(params!).size);
});

it('says in one sentence what it does not open', async () => {
  writeFileSync(path.join(folder, 'a.tar.xz'), 'x');
  writeFileSync(path.join(folder, 'lfs.tar'), `version https://git-lfs.github.com/spec/v1\noid sha256:0\n`);
  mkdirSync(path.join(folder, 'folder.zip'), { recursive: true });
  expect((await predict('a.tar.xz')).stderr).toMatch(/unpack it and name its folder\n$/);
  expect((await predict('lfs.tar')).stderr).toMatch(/Git LFS pointer/);
  expect((await predict('folder.zip')).stderr).toMatch(/folder\.zip has no config/);
  expect((await predict('missing.tar')).stderr).toMatch(/there is no model missing\.tar/);
  const blocked = await runCli(['predict', '-m', 'flat.tar', picture], {
    cwd: folder,
    env: { FDEPLOY_CACHE: '/proc/fdeploy' },
  });
  expect(blocked).toMatchObject({ code: 3 });
  expect(blocked.stderr).toMatch(/^fdeploy: flat\.tar cannot be unpacked into the cache \/proc\/fdeploy/m);
});
