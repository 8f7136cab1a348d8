import {
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import sharp from 'sharp';
import type { RunSummary } from '#src/contracts/results.js';
import { comparable, recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { recordValidator } from '../support/records.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const good = readdirSync(SHAPES_PICTURES).filter((name) => !name.endsWith('.json'));
const isRecord = recordValidator();

async function predict(...args: string[]) {
  return await runCli(['predict', '-m', SHAPES_MODEL, ...args], { cwd: folder });
}

beforeAll(() => {
  mkdirSync(path.join(folder, 'pictures'));
  for (const name of good) cpSync(path.join(SHAPES_PICTURES, name), path.join(folder, 'pictures', name));
});

test.each(['thread', 'process'])('predicts a folder in %s mode', async (mode) => {
  const { code, stdout, stderr } = await predict('pictures', '--mode', mode, '--summary', `${mode}.json`);
  expect(code).toBe(0);
  const records = recordsIn(stdout);
  for (const record of records) expect(isRecord(record)).toBe(true);
  expect(records.map(({ image }) => image).sort()).toEqual(good.map((name) => `pictures/${name}`));
  expect(new Set(records.map(({ index }) => index)).size).toBe(good.length);
  expect(stderr).toMatch(/^fdeploy: 20 pictures: 20 ok, 0 failed; .*\n$/);
  const summary = JSON.parse(readFileSync(path.join(folder, `${mode}.json`), 'utf8')) as RunSummary;
  expect(summary).toMatchObject({ images: 20, ok: 20, failed: 0, skipped: 0, notPredicted: 0, mode });
});

test.each(['thread', 'process'])(
  'takes as many names as a shell makes of a pattern in %s mode',
  async (mode) => {
    // 22 kB: from 12 kB on, telemetry of onnxruntime 1.30 overflowed the stack of a worker thread.
    const names = Array.from(
      { length: 100 },
      (_, i) => `${mode}-${'x'.repeat(200)}-${i}${path.extname(good[0]!)}`,
    );
    for (const name of names) linkSync(path.join(folder, 'pictures', good[0]!), path.join(folder, name));
    const { code, stdout } = await predict(...names, '--mode', mode, '-q');
    expect(code).toBe(0);
    expect(recordsIn(stdout)).toHaveLength(names.length);
  },
);

test('says nothing but errors with -q, and writes in input order with --ordered', async () => {
  const { code, stdout, stderr } = await predict('pictures', '-q', '--ordered', '-n', '3');
  expect([code, stderr]).toEqual([0, '']);
  expect(recordsIn(stdout).map(({ index }) => index)).toEqual(good.map((_, i) => i));
});

test('a damaged picture of which the decoder would speak is an error record and nothing else', async () => {
  const picture = sharp({ create: { width: 60, height: 45, channels: 3, background: '#888' } });
  const avif = await picture.avif().toBuffer();
  avif.writeUInt32BE(2_000_000_000, avif.indexOf('ispe') + 8); // the width
  writeFileSync(path.join(folder, 'wide.avif'), avif);
  const { code, stdout, stderr } = await predict('wide.avif', '-q', '--max-pixels', '1000000000000');
  expect([code, stderr]).toEqual([1, '']);
  expect(recordsIn(stdout)).toMatchObject([{ error: { code: 'IMAGE_TOO_LARGE' } }]);
});

test('a list on stdin may be empty, and its missing pictures are error records', async () => {
  const none = await runCli(['predict', '-m', SHAPES_MODEL, '-'], { stdin: '' });
  expect([none.code, none.stdout]).toEqual([0, '']);
  const missing = await runCli(['predict', '-m', SHAPES_MODEL, '-'], { stdin: 'gone.jpg\n' });
  expect(missing.code).toBe(1);
  expect(recordsIn(missing.stdout)).toMatchObject([
    { index: 0, image: 'gone.jpg', status: 'error', error: { code: 'IMAGE_MISSING' } },
  ]);
});

test('bad pictures are error records and disturb nobody', async () => {
  const bad = path.join(folder, 'bad');
  cpSync(path.join(folder, 'pictures'), bad, { recursive: true });
  const decode = path.resolve('fixtures/cv2/decode');
  const broken = [
    'bad_empty.jpg',
    'bad_jpg_header_only.jpg',
    'bad_jpg_truncated_60.jpg',
    'bad_png_truncated.png',
  ];
  for (const name of [...broken, 'bad_text.png', 'bad_lfs_pointer.jpg']) {
    cpSync(path.join(decode, name), path.join(bad, name));
  }
  symlinkSync('nowhere', path.join(bad, 'link.jpg'));
  execFileSync('mkfifo', [path.join(bad, 'pipe.jpg')]);
  mkdirSync(path.join(bad, 'folder.jpg'));
  const odd = [`${'n'.repeat(200)}.jpg`, 'two\nlines.jpg', `"quoted" 'name'.jpg`];
  for (const name of odd) cpSync(path.join(SHAPES_PICTURES, good[0]!), path.join(bad, name));
  const bytes = Buffer.concat([Buffer.from(`${bad}/latin`), Buffer.from([0xe9]), Buffer.from('.jpg')]);
  if (process.platform === 'linux') writeFileSync(bytes, readFileSync(path.join(SHAPES_PICTURES, good[0]!)));

  const { code, stdout } = await predict('bad', '--mode', 'process');
  expect(code).toBe(1);
  const records = recordsIn(stdout);
  for (const record of records) expect(isRecord(record)).toBe(true);
  const failed = records.filter(({ status }) => status === 'error').map(({ image }) => path.basename(image));
  expect(failed.sort()).toEqual(
    [...broken, 'bad_lfs_pointer.jpg', 'bad_text.png', 'link.jpg', 'pipe.jpg'].sort(),
  );

  const clean = comparable(recordsIn((await predict('pictures')).stdout));
  const found = comparable(records);
  expect(clean.size).toBe(20);
  for (const [image, record] of clean) {
    expect(found.get(image.replace('pictures/', 'bad/'))).toEqual({
      ...record,
      image: image.replace('pictures/', 'bad/'),
    });
  }
  const { result } = clean.get(`pictures/${good[0]!}`) as { result: object };
  for (const name of odd) expect(found.get(`bad/${name}`)).toMatchObject({ status: 'ok', result });
  if (process.platform === 'linux') {
    expect(found.get('bad/latin\uFFFD.jpg')).toMatchObject({
      status: 'ok',
      result,
      imageBytes: Buffer.concat([Buffer.from('bad'), bytes.subarray(bad.length)]).toString('base64'),
    });
  }
});

describe('a model that is wrong is one sentence and exit code 2', () => {
  function model(name: string, change: (copy: string) => void): string {
    const copy = path.join(folder, name);
    cpSync(SHAPES_MODEL, copy, { recursive: true });
    change(copy);
    return copy;
  }
  const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 100\n';
  test.each<[string, () => string]>([
    ['that is not there', () => path.join(folder, 'no-such-model')],
    [
      'whose yml is no YAML',
      () =>
        model('no-yaml', (copy) => {
          writeFileSync(path.join(copy, 'inference.yml'), 'PreProcess: [unclosed\n  - {');
        }),
    ],
    [
      'that is a Git-LFS pointer',
      () =>
        model('lfs', (copy) => {
          writeFileSync(path.join(copy, 'inference.onnx'), LFS);
        }),
    ],
    [
      'whose ONNX file is cut',
      () =>
        model('cut', (copy) => {
          truncateSync(path.join(copy, 'inference.onnx'), 100_000);
        }),
    ],
  ])('%s', async (_, make) => {
    const at = make();
    const { code, stdout, stderr } = await runCli(['predict', '-m', at, 'pictures', '-o', 'never.jsonl'], {
      cwd: folder,
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^fdeploy: [^\n]+\n$/);
    expect(stderr).toContain(at);
    expect(readdirSync(folder)).not.toContain('never.jsonl');
  });
});

describe('a call that cannot work changes nothing', () => {
  test.each<[string[], string]>([
    [['nopictures'], "there is no file or folder 'nopictures'"],
    [['pictures/*.webp'], "the pattern 'pictures/*.webp' matches nothing"],
    [[], 'no pictures were named'],
    [['pictures', '--det-thresh', '0.5'], "--det-thresh is for ocr; this model's task is classification"],
    [
      ['pictures', '-o', 'no/folder.jsonl'],
      "the output 'no/folder.jsonl' cannot be written: its folder does not exist",
    ],
    [['pictures', '-o', 'pictures'], "the output 'pictures' cannot be written: it is a folder"],
    [
      ['pictures', '-o', 'pictures/cls_000.jpg', '-f', 'csv', '--overwrite'],
      'is a picture, which is not replaced',
    ],
    [['pictures', '--precision', 'half'], "--precision must be auto, float32, bfloat16 or int8, not 'half'"],
    [['pictures', '--precision', 'bfloat16'], '--precision bfloat16 needs --backend openvino'],
    [['pictures', '-o', 'results.xlsx'], 'ends in .xlsx, which is not a known format: use .jsonl'],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await predict(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^fdeploy: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
  });

  test('an output that is there, even where it is to be resumed from other settings', async () => {
    expect((await predict('pictures/cls_000.jpg', '-o', 'kept.csv')).code).toBe(0);
    const before = readFileSync(path.join(folder, 'kept.csv'));
    for (const args of [[], ['--resume', '--topk', '2'], ['--resume', '-f', 'jsonl']]) {
      const { code, stderr } = await predict('pictures', '-o', 'kept.csv', ...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^fdeploy: [^\n]*kept\.csv[^\n]*\n$/);
      expect(readFileSync(path.join(folder, 'kept.csv'))).toEqual(before);
    }
  });
});

test('defaults come from a file, the command line wins', async () => {
  const project = path.join(folder, 'project');
  mkdirSync(path.join(project, 'sub'), { recursive: true });
  const model = path.relative(project, SHAPES_MODEL);
  writeFileSync(path.join(project, 'fdeploy.config.yaml'), `model: ${model}\ntopk: 2\nworkers: 1\n`);
  const run = async (...args: string[]) =>
    await runCli(['predict', path.join(SHAPES_PICTURES, 'cls_000.jpg'), ...args], {
      cwd: path.join(project, 'sub'),
    });
  const { stdout, stderr } = await run();
  expect(recordsIn(stdout)).toMatchObject([{ result: { classes: [{}, {}] } }]);
  expect(stderr).toContain(`defaults from ${path.join(project, 'fdeploy.config.yaml')}\n`);
  expect(stderr).toContain('1 thread clone,');
  const [record] = recordsIn((await run('--topk', '3')).stdout);
  expect(record).toMatchObject({ result: { classes: { length: 3 } } });
  writeFileSync(path.join(project, 'fdeploy.config.yaml'), 'topkk: 2\n');
  expect(await run()).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/there is no option 'topkk' \(did you mean 'topk'\?\)\n$/) as string,
  });
});
