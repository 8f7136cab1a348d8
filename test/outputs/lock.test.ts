import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { MODES } from '#src/contracts/results.js';
import { lockOutput } from '#src/outputs/index.js';
import { makeSink, openFileTarget } from '#src/sinks/index.js';
import { finished, recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES, startCli } from '../support/cli.js';
import { contentsOf } from '../support/files.js';
import { RECORDS } from '../support/records.js';
import { tempFolder } from '../support/temp.js';

const picture = path.join(SHAPES_PICTURES, 'cls_000.jpg');
const COUNT = 40;

/** A folder of its own with pictures in `many`. */
function place(): string {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'many'));
  for (let i = 0; i < COUNT; i++) symlinkSync(picture, path.join(folder, 'many', `${i}.jpg`));
  return folder;
}

const args = (...more: string[]): string[] => [
  'predict',
  '-m',
  SHAPES_MODEL,
  'many',
  '-n',
  '1',
  '-q',
  ...more,
];

test.each(MODES)('of two runs that begin one output in %s mode, one is refused', async (mode) => {
  const folder = place();
  const runs = ['1', '2'].map((topk) =>
    finished(
      startCli(args('-o', 'r.jsonl', '--mode', mode, '--topk', topk, '--summary', `${topk}.json`), {
        cwd: folder,
      }),
    ),
  );
  const [one, two] = await Promise.all(runs);
  expect([one!.code, two!.code].sort()).toEqual([0, 2]);
  const [won, refused] = one!.code === 0 ? ['1', two!] : ['2', one!];
  expect(refused.stderr).toMatch(
    /^fdeploy: (another run writes the output|the output 'r.jsonl' exists)[^\n]*\n$/,
  );
  const records = recordsIn(readFileSync(path.join(folder, 'r.jsonl'), 'utf8'));
  expect(new Set(records.map(({ image }) => image)).size).toBe(COUNT);
  expect(records).toHaveLength(COUNT);
  expect(records[0]).toMatchObject({ result: { classes: { length: Number(won) } } });
  const { said } = JSON.parse(readFileSync(path.join(folder, 'r.jsonl.run.json'), 'utf8')) as {
    said: { topk: number };
  };
  expect(said.topk).toBe(Number(won));
  expect(readdirSync(folder).sort()).toEqual([`${won}.json`, 'many', 'r.jsonl', 'r.jsonl.run.json']);
});

test('while another run writes an output, none resumes, replaces or begins it, by whatever name', async () => {
  const folder = place();
  expect((await runCli(args('-o', 'r.csv'), { cwd: folder })).code).toBe(0);
  symlinkSync('r.csv', path.join(folder, 'link.csv'));
  const lock = await lockOutput(path.join(folder, 'r.csv'));
  const before = contentsOf(folder);
  const calls = [
    ['-o', 'r.csv', '--resume'],
    ['-o', 'link.csv', '--overwrite', '--report', 'page'],
  ];
  for (const call of calls) {
    const { code, stdout, stderr } = await runCli(args(...call), { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^fdeploy: another run writes the output '[^\n]*\n$/);
    expect(contentsOf(folder)).toEqual(before);
  }
  await lock.release();
  expect((await runCli(args('-o', 'r.csv', '--resume'), { cwd: folder })).code).toBe(0);
  expect(existsSync(path.join(folder, 'r.csv.lock'))).toBe(false);
});

test('the lock of a run that was killed does not stay', async () => {
  const folder = place();
  mkdirSync(path.join(folder, 'r.jsonl.lock'));
  expect((await runCli(args('-o', 'r.jsonl'), { cwd: folder })).code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(['many', 'r.jsonl', 'r.jsonl.run.json']);
});

test('nor does the lock of a run that was killed at once, whose first time lies ahead of the clock', async () => {
  const folder = place();
  const ahead = Date.now() / 1000 + 1;
  mkdirSync(path.join(folder, 'r.jsonl.lock'));
  utimesSync(path.join(folder, 'r.jsonl.lock'), ahead, ahead);
  const { code, stderr } = await runCli(args('-o', 'r.jsonl'), { cwd: folder });
  expect([code, stderr]).toEqual([0, '']);
});

test('something else that is called like the lock is a sentence, and stays', async () => {
  const folder = place();
  mkdirSync(path.join(folder, 'r.jsonl.lock'));
  writeFileSync(path.join(folder, 'r.jsonl.lock', 'mine'), '');
  const { code, stderr } = await runCli(args('-o', 'r.jsonl'), { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^fdeploy: the output 'r\.jsonl' cannot be written: '[^\n]*r\.jsonl\.lock' exists\n$/,
  );
  expect(readdirSync(folder).sort()).toEqual(['many', 'r.jsonl.lock']);
});

test('a run whose output was taken over writes nothing more', async () => {
  const file = path.join(tempFolder(), 'r.jsonl');
  const lock = await lockOutput(file);
  const model = { name: 'm', task: 'ocr', files: {} } as const;
  const sink = makeSink('jsonl', await openFileTarget(file, 'wx', lock.lost), { model, resumed: false });
  // as another run does, after this process was stopped for a while
  rmdirSync(`${file}.lock`);
  mkdirSync(`${file}.lock`);
  if (!lock.lost.aborted) await once(lock.lost, 'abort');
  writeFileSync(file, 'of the other run\n');
  await sink.write(RECORDS.ocr).catch(() => undefined);
  await expect(sink.end()).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
    message: expect.stringContaining('another run has taken it over') as string,
  });
  expect(readFileSync(file, 'utf8')).toBe('of the other run\n');
  await lock.release();
  expect(existsSync(`${file}.lock`)).toBe(true);
});

test('pipes and devices are not locked', async () => {
  const folder = place();
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  const child = startCli(args('-o', 'pipe'), { cwd: folder });
  const done = finished(child);
  const read = execFileSync('cat', [path.join(folder, 'pipe')], { encoding: 'utf8' });
  expect(recordsIn(read)).toHaveLength(COUNT);
  expect((await done).code).toBe(0);
  expect((await runCli(args('-o', '/dev/null'), { cwd: folder })).code).toBe(0);
  expect(existsSync('/dev/null.lock')).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['many', 'pipe']);
});
