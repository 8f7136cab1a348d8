import { createRequire } from 'node:module';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { ResultRecord } from '#src/contracts/results.js';
import { recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const PICTURES = ['a.jpg', 'b.jpg', 'c.jpg'];
const at = (...names: string[]): string => path.join(folder, ...names);

beforeAll(() => {
  mkdirSync(at('photos'));
  for (const name of PICTURES) cpSync(path.join(SHAPES_PICTURES, 'cls_000.jpg'), at('photos', name));
});

const predict = async (...args: string[]) =>
  await runCli(['predict', '-m', SHAPES_MODEL, '--mode', 'thread', '-n', '1', ...args], { cwd: folder });
const records = (name: string): ResultRecord[] => recordsIn(readFileSync(at(name), 'utf8'));

/** Makes an output of one picture; the rest is for a run that goes on. */
async function begin(name: string, ...args: string[]): Promise<void> {
  expect((await predict('photos/a.jpg', '-o', name, ...args)).code).toBe(0);
}

interface Settings {
  versions: Record<string, string>;
}

test('names the versions that made an output, and goes on with a warning where they are others', async () => {
  await begin('versions.jsonl');
  const file = at('versions.jsonl.run.json');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as Settings;
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const runtime = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  expect(settings.versions).toEqual({ fdeploy: version, onnxruntime: runtime.version });

  const resumed = async (versions: Record<string, string> | undefined) => {
    writeFileSync(file, JSON.stringify({ ...settings, versions }));
    return await predict('photos', '-o', 'versions.jsonl', '--resume');
  };
  const other = await resumed({ fdeploy: '0.0.1', onnxruntime: runtime.version });
  expect(other.code).toBe(0);
  expect(other.stderr).toContain(
    `fdeploy: 'versions.jsonl' was started with fdeploy 0.0.1, now ${version}: results may differ slightly\n`,
  );
  expect(records('versions.jsonl')).toHaveLength(PICTURES.length);
  expect((await resumed(undefined)).stderr).toContain('was started with fdeploy of an unknown version, now');
  expect((await resumed(settings.versions)).stderr).not.toContain('was started with');
});

test('warns where an output knows none of the pictures', async () => {
  await begin('names.jsonl');
  const { code, stderr } = await predict(at('photos'), '-o', 'names.jsonl', '--resume');
  expect(code).toBe(0);
  expect(stderr).toContain(
    `fdeploy: none of the pictures is in 'names.jsonl' yet: a picture is known again by its path as it was given, ` +
      `there 'photos/a.jpg', now '${at('photos', 'a.jpg')}'\n`,
  );
  const again = await predict(at('photos'), '-o', 'names.jsonl', '--resume');
  expect(again.stderr).not.toContain('none of the pictures');
});

test('does not go on with other settings of decoding', async () => {
  await begin('decode.jsonl', '--max-pixels', '1000000');
  const before = readFileSync(at('decode.jsonl'));
  const { code, stderr } = await predict(
    'photos',
    '-o',
    'decode.jsonl',
    '--resume',
    '--max-pixels',
    '2000000',
  );
  expect([code, stderr]).toEqual([
    2,
    "fdeploy: --resume cannot continue 'decode.jsonl': it was made with decode.maxPixels 1000000, now 2000000\n",
  ]);
  expect(readFileSync(at('decode.jsonl'))).toEqual(before);
});

test('does not go on with fast decoding behind exact records; naming the default changes nothing', async () => {
  const run = (...args: string[]) => predict('photos', '-o', 'fast.jsonl', ...args);
  await begin('fast.jsonl');
  expect(await run('--resume', '--decode', 'fast')).toMatchObject({
    code: 2,
    stderr:
      'fdeploy: --resume cannot continue \'fast.jsonl\': it was made with decode.mode not set, now "fast"\n',
  });
  expect((await run('--resume', '--decode', 'exact')).code).toBe(0);
});

test('goes on behind a link, which stays one', async () => {
  mkdirSync(at('elsewhere'));
  await begin('linked.jsonl');
  // a failed picture, so that the output is rewritten
  const failed = {
    index: 1,
    image: 'photos/b.jpg',
    status: 'error',
    error: { code: 'TIMEOUT', message: '' },
    attempts: 1,
  };
  writeFileSync(at('linked.jsonl'), `${JSON.stringify(failed)}\n${readFileSync(at('linked.jsonl'), 'utf8')}`);
  renameSync(at('linked.jsonl'), at('elsewhere/target.jsonl'));
  symlinkSync('elsewhere/target.jsonl', at('linked.jsonl'));
  expect((await predict('photos', '-o', 'linked.jsonl', '--resume')).code).toBe(0);
  expect(lstatSync(at('linked.jsonl')).isSymbolicLink()).toBe(true);
  expect(
    records('elsewhere/target.jsonl')
      .map(({ image, status }) => [image, status])
      .sort(),
  ).toEqual(PICTURES.map((name) => [`photos/${name}`, 'ok']));
  expect(readdirSync(at('elsewhere'))).toEqual(['target.jsonl']);
});
