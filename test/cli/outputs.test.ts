import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { contentsOf } from '../support/files.js';
import { tempFolder } from '../support/temp.js';

const picture = path.join(SHAPES_PICTURES, 'cls_000.jpg');

/** A folder of its own with `photos/a.jpg` and `photos/b.jpg`. */
function place(): string {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'photos'));
  for (const name of ['a.jpg', 'b.jpg']) cpSync(picture, path.join(folder, 'photos', name));
  return folder;
}

const predict = async (folder: string, ...args: string[]) =>
  await runCli(['predict', '-m', SHAPES_MODEL, '-n', '1', ...args], { cwd: folder });

describe('a run that would replace what it reads, or one of its outputs by another, is refused and changes nothing', () => {
  test.each<[string, string[], string]>([
    ['a picture, by a link', ['-o', 'link.jsonl', '--overwrite'], "--output 'link.jsonl' is a picture"],
    ['a picture, by the summary', ['--summary', 'photos/a.jpg'], "--summary 'photos/a.jpg' is a picture"],
    ['a listed file', ['-o', 'hard.jsonl', '--overwrite'], "--output 'hard.jsonl' is one of the pictures"],
    ['settings', ['-o', 'p.jsonl'], "'p.jsonl.run.json' exists and has no settings of an output"],
    [
      'the list',
      ['--from-file', 'l.txt', '-o', 'l.txt', '--overwrite'],
      "--from-file 'l.txt' are the same file",
    ],
    [
      'the records',
      ['-o', 'r.jsonl', '--summary', './r.jsonl'],
      "and --summary './r.jsonl' are the same file",
    ],
    ['drawings', ['--save-images', 'd', '--masks', 'd'], '--save-images and --masks use the same folder'],
    ['the page', ['-o', 'p/index.html', '-f', 'csv', '--report', 'p'], 'and the page of --report'],
    ['the model', ['-o', 'model/inference.yml', '-f', 'csv', '--overwrite'], 'is a file of the model'],
  ])('%s', async (_, args, sentence) => {
    const folder = place();
    symlinkSync('photos/a.jpg', path.join(folder, 'link.jsonl'));
    writeFileSync(path.join(folder, 'photos/notes.jpg'), 'text');
    linkSync(path.join(folder, 'photos/notes.jpg'), path.join(folder, 'hard.jsonl'));
    writeFileSync(path.join(folder, 'p.jsonl.run.json'), 'mine');
    writeFileSync(path.join(folder, 'l.txt'), 'photos/a.jpg');
    cpSync(SHAPES_MODEL, path.join(folder, 'model'), { recursive: true });
    const before = contentsOf(folder);
    const { code, stdout, stderr } = await runCli(['predict', '-m', 'model', 'photos', ...args], {
      cwd: folder,
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^fdeploy: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
    expect(contentsOf(folder)).toEqual(before);
  });
});

test('results that are there are replaced, and foreign files beside them stay', async () => {
  const folder = place();
  const beside = ['r.jsonl.part', 'r.jsonl.run.json.part', 'r.jsonl.bak'];
  for (const name of beside) writeFileSync(path.join(folder, name), 'mine');
  const run = async (...args: string[]) => {
    const { code } = await predict(folder, 'photos', '-o', 'r.jsonl', '--summary', 's.json', ...args);
    expect(code).toBe(0);
    expect(recordsIn(readFileSync(path.join(folder, 'r.jsonl'), 'utf8'))).toHaveLength(2);
    for (const name of beside) expect(readFileSync(path.join(folder, name), 'utf8')).toBe('mine');
    const made = ['r.jsonl', 'r.jsonl.run.json', 's.json'];
    expect(readdirSync(folder).sort()).toEqual([...made, ...beside, 'photos'].sort());
  };
  await run();
  await run('--overwrite');
  const [first = ''] = readFileSync(path.join(folder, 'r.jsonl'), 'utf8').split('\n');
  writeFileSync(path.join(folder, 'r.jsonl'), `${first}\n{"torn`);
  await run('--resume');
});

test('pictures that a run draws are not predicted by the next one', async () => {
  const folder = place();
  const args = ['photos', '--save-images', 'photos/drawn', '--report', 'photos/page'];
  for (const run of ['first', 'second']) {
    const { code, stdout, stderr } = await predict(folder, ...args);
    expect(code).toBe(0);
    const images = recordsIn(stdout).map(({ image }) => image);
    expect(images.sort()).toEqual(['photos/a.jpg', 'photos/b.jpg']);
    for (const [option, name] of [
      ['--save-images', 'drawn'],
      ['--report', 'page'],
    ]) {
      const sentence = `fdeploy: skipped 2 pictures in 'photos/${name}', which this run writes to (${option})\n`;
      expect(stderr.includes(sentence)).toBe(run === 'second');
    }
  }
});

describe('a summary', () => {
  test.each([
    ['no/such.json', 'its folder does not exist'],
    ['photos', 'it is a folder'],
  ])('that cannot be written to %s is found out before the run', async (name, reason) => {
    const folder = place();
    const { code, stdout, stderr } = await predict(folder, 'photos', '--summary', name);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `fdeploy: --summary '${name}' cannot be written: ${reason}\n`,
    ]);
  });

  const withFullDevice = existsSync('/dev/full') ? test : test.skip;
  withFullDevice('that does not fit is one sentence and exit code 3', async () => {
    const { code, stdout, stderr } = await predict(place(), 'photos', '-q', '--summary', '/dev/full');
    expect(code).toBe(3);
    expect(recordsIn(stdout)).toHaveLength(2);
    expect(stderr).toMatch(/^fdeploy: writing the summary '\/dev\/full' failed \(ENOSPC[^\n]*\)\n$/);
  });

  test('of a link replaces what it names', async () => {
    const folder = place();
    writeFileSync(path.join(folder, 'real.json'), '{}');
    symlinkSync('real.json', path.join(folder, 's.json'));
    await predict(folder, 'photos', '--summary', 's.json');
    expect(JSON.parse(readFileSync(path.join(folder, 'real.json'), 'utf8'))).toMatchObject({ images: 2 });
  });
});

test('a .csv file of text begins with a byte order mark, and --resume goes on behind it', async () => {
  const folder = place();
  const scans = ['single_line_a.png', 'receipt_a.png'].map((name) =>
    path.resolve('fixtures/ocr/pictures', name),
  );
  const run = (...more: string[]) =>
    runCli(['predict', '-n', '1', '-q', '-o', 'text.csv', ...more], { cwd: folder });
  expect(await run(scans[0]!)).toMatchObject({ code: 0, stderr: '' });
  const file = path.join(folder, 'text.csv');
  const first = readFileSync(file, 'utf8');
  expect(first).toMatch(/^\uFEFFindex,image,status,/);
  expect(await run(...scans, '--resume')).toMatchObject({ code: 0 });
  const both = readFileSync(file, 'utf8');
  expect(both.startsWith(first)).toBe(true);
  expect(both.slice(1)).not.toContain('\uFEFF');
  expect(both).toContain('receipt_a.png');
});

test('a .csv file of ASCII has no byte order mark', async () => {
  const folder = place();
  expect(
    (
      await runCli(['predict', '-m', SHAPES_MODEL, SHAPES_PICTURES, '-q', '-o', 'classes.csv'], {
        cwd: folder,
      })
    ).code,
  ).toBe(0);
  expect(readFileSync(path.join(folder, 'classes.csv'), 'utf8')).toMatch(/^index,image,status,/);
});
