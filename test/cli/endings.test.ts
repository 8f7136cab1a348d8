import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { FORMATS, type ResultRecord, type RunSummary } from '#src/contracts/results.js';
import { finished, recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES, startCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';
import { until } from '../support/until.js';

/** Pictures enough for a run to be ended in its midst. */
const COUNT = 250;
const folder = tempFolder();

beforeAll(() => {
  const pictures = readdirSync(SHAPES_PICTURES).filter((name) => name.endsWith('.jpg'));
  mkdirSync(path.join(folder, 'many'));
  for (let i = 0; i < COUNT; i++) {
    const name = pictures[i % pictures.length]!;
    symlinkSync(path.join(SHAPES_PICTURES, name), path.join(folder, 'many', `${i}-${name}`));
  }
});

const args = (...more: string[]): string[] => ['predict', '-m', SHAPES_MODEL, 'many', ...more];

/** Starts a run and sends a signal to it and its workers when its output has begun, as a terminal does. */
async function interrupted(signal: NodeJS.Signals, output: string, ...more: string[]) {
  const child = startCli(args('-o', output, ...more), { cwd: folder, ownGroup: true });
  const done = finished(child);
  const file = path.join(folder, output);
  const size = existsSync(file) ? readFileSync(file).length : 0;
  const begun = (): boolean => existsSync(file) && readFileSync(file).length > size + 500;
  await until(() => child.exitCode !== null || begun(), 10);
  process.kill(-child.pid!, signal);
  return await done;
}

test.each([
  ['SIGINT', 'thread', 130],
  ['SIGTERM', 'process', 143],
  ['SIGHUP', 'process', 143],
] as const)(
  '%s in %s mode ends a run with what is finished, --resume completes it',
  async (signal, mode, code) => {
    const output = `${signal}.jsonl`;
    const file = path.join(folder, output);
    const first = await interrupted(signal, output, '--mode', mode, '--summary', 's.json');
    expect(first.code).toBe(code);
    expect(first.stderr).toContain('fdeploy: interrupted');
    const before = recordsIn(readFileSync(file, 'utf8'));
    const summary = JSON.parse(readFileSync(path.join(folder, 's.json'), 'utf8')) as RunSummary;
    expect(summary).toMatchObject({
      images: COUNT,
      ok: before.length,
      notPredicted: COUNT - before.length,
      failed: 0,
      retried: 0,
    });
    expect(summary.notPredicted).toBeGreaterThan(0);

    const second = await runCli(args('-o', output, '--mode', mode, '--resume', '--summary', 's.json'), {
      cwd: folder,
    });
    expect(second.code).toBe(0);
    const records = recordsIn(readFileSync(file, 'utf8'));
    expect(records).toHaveLength(COUNT);
    expect(new Set(records.map(({ image }) => image)).size).toBe(COUNT);
    expect(JSON.parse(readFileSync(path.join(folder, 's.json'), 'utf8'))).toMatchObject({
      images: COUNT,
      skipped: before.length,
      ok: COUNT - before.length,
    });
  },
);

test('a csv that was killed is completed, picture by picture', async () => {
  await interrupted('SIGKILL', 'killed.csv');
  const { code } = await runCli(args('-o', 'killed.csv', '--resume'), { cwd: folder });
  expect(code).toBe(0);
  const rows: { image: string; item: string; items: string }[] = parse(
    readFileSync(path.join(folder, 'killed.csv'), 'utf8'),
    { columns: true },
  );
  expect(rows).toHaveLength(COUNT * 5);
  expect(new Set(rows.map(({ image, item }) => `${image} ${item}`)).size).toBe(COUNT * 5);
});

test('a json document is valid after SIGINT', async () => {
  expect((await interrupted('SIGINT', 'cut.json')).code).toBe(130);
  const document = JSON.parse(readFileSync(path.join(folder, 'cut.json'), 'utf8')) as {
    results: ResultRecord[];
    summary: RunSummary;
  };
  expect(document.summary.ok).toBe(document.results.length);
  expect(document.summary.notPredicted).toBe(COUNT - document.results.length);
});

test('kept errors end a resumed run with exit code 1', async () => {
  const list = ['predict', '-m', SHAPES_MODEL, 'gone.jpg', path.join(SHAPES_PICTURES, 'cls_000.jpg')];
  const run = async (...more: string[]) =>
    await runCli([...list, '-o', 'errors.jsonl', ...more], { cwd: folder });
  expect((await run()).code).toBe(1);
  const kept = await run('--resume', '--no-retry-errors');
  expect(kept.code).toBe(1);
  expect(kept.stderr).toContain('2 skipped');
  const again = await run('--resume');
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('1 failed (1 IMAGE_MISSING), 1 skipped');
  expect(recordsIn(readFileSync(path.join(folder, 'errors.jsonl'), 'utf8'))).toHaveLength(2);
});

test('a reader that goes away ends the run quietly', async () => {
  const child = startCli(args('--progress', 'none'), { cwd: folder });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  expect([code, stderr]).toEqual([0, '']);
});

const withFullDevice = existsSync('/dev/full') ? test : test.skip;
withFullDevice.each([
  ...FORMATS.map((format) => ['one picture', format] as const),
  ['many', 'jsonl'] as const,
])(
  'a full disk ends a run of %s, written as %s, with exit code 3 and says what is safe',
  async (count, format) => {
    const pictures = count === 'many' ? 'many' : path.join(SHAPES_PICTURES, 'cls_000.jpg');
    const model = format === 'coco' ? path.resolve('fixtures/models/shapes-det-picodet-onnx') : SHAPES_MODEL;
    const output = ['-o', '/dev/full', '-f', format];
    const { code, stderr } = await runCli(['predict', '-m', model, pictures, ...output], {
      cwd: folder,
    });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /\nfdeploy: writing '\/dev\/full' failed \(ENOSPC[^)]*\); 0 records [^\n]*complete[^\n]*\n$/,
    );
  },
);

const withTerminals = spawnSync('script', ['--version']).status === 0 ? test : test.skip;
withTerminals('a terminal that goes ends a run that writes to it as SIGTERM would', async () => {
  const command = [process.execPath, path.resolve('bin/fdeploy.js'), ...args('--mode', 'process')];
  const quoted = command.map((word) => `'${word}'`).join(' ');
  // The session's first process hears of it, and hands it on, as a shell does.
  const session = `trap 'kill -HUP $run' HUP; ${quoted} & run=$!; wait $run; wait $run; echo $? > code.part; mv code.part code`;
  const terminal = spawn('script', ['-qec', session, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, SHELL: '/bin/sh' },
  });
  await once(terminal.stdout, 'data');
  terminal.kill('SIGKILL');
  const code = path.join(folder, 'code');
  await until(() => existsSync(code));
  expect(readFileSync(code, 'utf8')).toBe('143\n');
});

test('a second SIGINT ends at once', async () => {
  const child = startCli(args('--mode', 'process', '--ordered'), { cwd: folder });
  const done = finished(child);
  child.stderr.on('data', (text: string) => {
    if (text.includes('interrupted')) child.kill('SIGINT');
  });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  await done;
  expect(child.signalCode === 'SIGINT' || child.exitCode === 130).toBe(true);
});
