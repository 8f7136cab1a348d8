import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { distance } from 'fastest-levenshtein';
import { findLibrary } from '#src/runtime/backends/openvino/find.js';
import { recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../../../support/cli.js';
import { tempFolder } from '../../../support/temp.js';

const MODELS = readdirSync('fixtures/models').map((name) => path.resolve('fixtures/models', name));
const installed = findLibrary();
if (!installed) process.stderr.write('OpenVINO is not installed: its networks are not tested\n');
const withLibrary = installed ? describe : describe.skip;

const predict = (env: Record<string, string>, ...args: string[]) =>
  runCli(['predict', '--ordered', '-q', ...args], { env });

/** All scores and coordinates of the records, in order. */
function numbersOf(stdout: string): number[] {
  const numbers: number[] = [];
  for (const line of stdout.trim().split('\n')) {
    const { result } = JSON.parse(line) as { result: unknown };
    JSON.stringify(result, (_, value: unknown) => {
      if (typeof value === 'number') numbers.push(value);
      return value;
    });
  }
  return numbers;
}

withLibrary('float32 gives the results of onnxruntime', () => {
  const cases = MODELS.flatMap((model) =>
    ['thread', 'process'].map((mode) => [path.basename(model), mode, model]),
  );
  test.each(cases)('%s %s', async (name, mode, model) => {
    const pictures = path.resolve('fixtures/pictures', name.split('-')[1] ?? '');
    const settings = ['--backend', 'openvino', '--precision', 'float32', '--mode', mode, '-n', '2'];
    const openvino = await predict({}, '-m', model, pictures, ...settings);
    const onnxruntime = await predict({}, '-m', model, pictures);
    expect([openvino.code, openvino.stderr]).toEqual([0, '']);
    const [ours, theirs] = [numbersOf(openvino.stdout), numbersOf(onnxruntime.stdout)];
    expect(ours.length).toBe(theirs.length);
    const worst = Math.max(
      ...ours.map((value, at) => Math.abs(value - theirs[at]!) / Math.max(1, Math.abs(theirs[at]!))),
    );
    expect(worst).toBeLessThan(1e-4);
  });
});

withLibrary('the compiled network of processes', () => {
  test('is kept in the cache, gives the same results again, and is cleared with it', async () => {
    const cache = path.join(tempFolder(), 'cache');
    const env = { FDEPLOY_CACHE: cache };
    const args = [
      '-m',
      SHAPES_MODEL,
      SHAPES_PICTURES,
      '--backend',
      'openvino',
      '--mode',
      'process',
      '-n',
      '2',
    ];
    const [first, again] = [await predict(env, ...args), await predict(env, ...args)];
    expect([first.code, again.code]).toEqual([0, 0]);
    expect(numbersOf(again.stdout).length).toBeGreaterThan(0);
    const results = ({ stdout }: { stdout: string }) =>
      recordsIn(stdout).map((record) => ({ ...record, ms: 0 }));
    expect(results(again)).toEqual(results(first));
    const kept = readdirSync(path.join(cache, 'openvino'));
    expect(kept).toHaveLength(1);
    expect(kept[0]).not.toContain('tmp');
    expect((await runCli(['models', 'clear'], { env })).code).toBe(0);
    expect(readdirSync(cache)).not.toContain('openvino');
  }, 60_000);
});

/** Opens, clones and closes in another order than opened; prints each prediction's classes. */
const LIFETIMES = `
import { PaddleClasModel } from ${JSON.stringify(pathToFileURL('dist/index.js').href)};
const [model, picture] = process.argv.slice(1);
const open = () => PaddleClasModel.open(model, { backend: 'openvino', precision: 'float32' });
const say = async (one) => console.log((await one.predict(picture)).classes.map(({ id }) => id).join());
const first = await open();
const twin = await first.clone();
await say(first);
await first.close();
await say(twin);
const third = await twin.clone();
await twin.close();
await say(third);
await third.close();
const again = await open();
await say(again);
await again.close();
`;

withLibrary('clones', () => {
  test('outlive the one they were made of, and a network opens again after all were closed', () => {
    const args = ['--input-type=module', '-e', LIFETIMES, SHAPES_MODEL];
    const picture = path.join(SHAPES_PICTURES, 'cls_000.jpg');
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, picture], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const said = stdout.trim().split('\n');
    expect(said).toEqual(Array(4).fill(said[0]));
    expect(said[0]).toMatch(/^\d+(,\d+)+$/);
  }, 60_000);
});

withLibrary('the end of a run', () => {
  test('comes without stderr too', () => {
    const args = ['bin/fdeploy.js', 'predict', '-m', SHAPES_MODEL, SHAPES_PICTURES, '--backend', 'openvino'];
    const { status, signal } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    expect([status, signal]).toEqual([0, null]);
  }, 90_000);
});

withLibrary('ocr', () => {
  test('reads the text that onnxruntime reads, with bfloat16 and few sizes too', async () => {
    const page = path.resolve('fixtures/ocr/pictures/en_doc_a.png');
    const texts: string[] = [];
    for (const settings of [
      [],
      ['--backend', 'openvino', '--precision', 'float32'],
      ['--backend', 'openvino'],
    ]) {
      const { code, stdout } = await predict({}, page, ...settings);
      expect(code).toBe(0);
      texts.push((JSON.parse(stdout) as { result: { text: string } }).result.text);
    }
    expect(texts[0]).not.toBe('');
    const [reference = '', float32 = '', bfloat16 = ''] = texts;
    expect(float32).toBe(reference);
    expect(distance(bfloat16, reference)).toBeLessThan(reference.length / 200);
  });
});

const ON_OPENVINO = ['-m', SHAPES_MODEL, SHAPES_PICTURES, '--backend', 'openvino'];

withLibrary('--openvino', () => {
  test.each(['thread', 'process'])('takes precedence over the variable, %s', async (mode) => {
    const env = { FDEPLOY_OPENVINO: tempFolder() };
    const { file } = installed!;
    const { code, stdout, stderr } = await predict(env, ...ON_OPENVINO, '--mode', mode, '--openvino', file);
    expect([code, stderr]).toEqual([0, '']);
    expect(recordsIn(stdout).length).toBeGreaterThan(0);
    const doctor = await runCli(['doctor', '--json', '--openvino', path.dirname(file)], { env });
    expect(JSON.parse(doctor.stdout)).toMatchObject({ backends: { openvino: { file } } });
  });
});

describe('a library that cannot be used is one sentence and exit code 2', () => {
  const damage = (folder: string) => {
    writeFileSync(path.join(folder, 'libopenvino_c.so.2641'), 'no library');
  };
  const nothing = () => undefined;
  test.each<[string, string, (folder: string) => void, string]>([
    ['variable', 'missing', nothing, 'was not found at'],
    ['variable', 'damaged', damage, 'cannot be loaded from'],
    ['option', 'missing', nothing, 'was not found at'],
    ['option', 'damaged', damage, 'cannot be loaded from'],
  ])('%s, %s', async (named, _, fill, sentence) => {
    const folder = tempFolder();
    fill(folder);
    const { code, stdout, stderr } = await (named === 'option'
      ? predict({}, ...ON_OPENVINO, '--openvino', folder)
      : predict({ FDEPLOY_OPENVINO: folder }, ...ON_OPENVINO));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^fdeploy: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('pip install openvino');
  });
});

const libraries = (folder: string) => {
  mkdirSync(folder, { recursive: true });
  for (const number of ['2541', '2641', '999'])
    symlinkSync('/nowhere', path.join(folder, `libopenvino_c.so.${number}`));
};

test.each([
  ['FDEPLOY_OPENVINO', ''],
  ['INTEL_OPENVINO_DIR', 'runtime/lib/intel64'],
  ['VIRTUAL_ENV', 'lib/python3.12/site-packages/openvino/libs'],
])('the newest library by number is found below %s', (variable, below) => {
  const root = tempFolder();
  libraries(path.join(root, below));
  const before = { ...process.env };
  delete process.env.FDEPLOY_OPENVINO;
  process.env[variable] = root;
  try {
    const file = path.join(root, below, 'libopenvino_c.so.2641');
    expect(findLibrary()).toEqual({ file, version: '2026.4.1' });
  } finally {
    process.env = before;
  }
});
