import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { runCli, SHAPES_MODEL, SHAPES_PICTURES, startCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';
import { until } from '../support/until.js';

const folder = tempFolder();
const cache = path.join(folder, 'cache');
const env = { FDEPLOY_CACHE: cache };
const picture = path.join(SHAPES_PICTURES, 'cls_000.jpg');

describe('models', () => {
  test('lists what is known and prepared, and clears it', async () => {
    expect(await runCli(['models', 'path'], { env })).toEqual({ code: 0, stdout: `${cache}\n`, stderr: '' });
    expect((await runCli(['predict', '-m', SHAPES_MODEL, picture], { env })).code).toBe(0);
    const { stdout } = await runCli(['models'], { env });
    expect(stdout).toMatch(/ppocr-v4 .*PP-OCRv4/);
    expect(stdout).toContain(`${SHAPES_MODEL}/inference.onnx`);
    expect((await runCli(['models', 'clear', '--cache-limit', '1GiB'], { env })).stdout).toBe(
      '0 prepared models removed, 0.0 MB; 1 kept\n',
    );
    expect((await runCli(['models', 'clear'], { env })).stdout).toMatch(
      /^1 prepared model removed, .* MB\n$/,
    );
    expect((await runCli(['models', 'list'], { env })).stdout).not.toContain(SHAPES_MODEL);
  });

  test.each([60, 90])('is listed within a terminal of %i columns, paths whole', async (columns) => {
    const command = `stty cols ${columns}; "${process.execPath}" "${path.resolve('bin/fdeploy.js')}" models`;
    expect((await runCli(['inspect', SHAPES_MODEL], { env })).code).toBe(0);
    const listed = spawnSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    const lines = listed.stdout.trimEnd().split(/\r?\n/);
    const source = lines.pop();
    expect(source).toMatch(
      /^ {2}1\.1 MB {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}.*shapes-cls-pplcnet-onnx\/inference\.onnx$/,
    );
    const heading = lines.pop();
    expect(heading).toMatch(/^Prepared models in /);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.join(' ').replace(/ +/g, ' ')).toContain('orientation and recognition (Chinese');
  });

  test('another action is a sentence', async () => {
    expect(await runCli(['models', 'claer'], { env })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "fdeploy: the action of 'models' must be list, known, pull, add, remove, path or clear, not 'claer' (did you mean 'clear'?)\n",
    });
  });
});

describe('report', () => {
  test('is made with a run, and afterwards of its records', async () => {
    const made = await runCli(
      [
        'predict',
        '-m',
        SHAPES_MODEL,
        picture,
        'gone.jpg',
        '-o',
        'r.jsonl',
        '--summary',
        's.json',
        '--report',
        'page',
      ],
      { cwd: folder },
    );
    expect(made.code).toBe(1);
    expect(made.stderr).toContain(`wrote ${path.join(folder, 'page', 'index.html')}\n`);
    const again = await runCli(['report', 'r.jsonl', '-o', 'again', '--summary', 's.json'], { cwd: folder });
    expect(again).toMatchObject({ code: 0, stdout: '' });
    const beside = await runCli(['report', 'r.jsonl'], { cwd: folder });
    expect(beside.stderr).toContain(`wrote ${path.join(folder, 'r-report', 'index.html')}\n`);
    const headings = ['page', 'again', 'r-report'].map((page) => {
      const html = readFileSync(path.join(folder, page, 'index.html'), 'utf8');
      return /"heading":"([^"]*)"/.exec(html)?.[1];
    });
    expect(headings).toEqual(['PP-LCNet_x0_25', 'PP-LCNet_x0_25', 'shapes-cls-pplcnet-onnx']);
  });

  test('is given up by a signal, also while it waits for records', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const started = startCli(['report', 'pipe', '-o', 'ended'], { cwd: folder });
    const end = once(started, 'close');
    const writer = await open(pipe, 'w');
    await writer.writeFile(readFileSync(path.join(folder, 'r.jsonl')));
    await until(() => existsSync(path.join(folder, 'ended', 'thumbs')));
    started.kill('SIGINT');
    expect(await end).toEqual([null, 'SIGINT']); // 130 for a shell
    await writer.close();
    expect(readdirSync(path.join(folder, 'ended'))).toEqual(['thumbs']);
  });

  test('where another page is there, the run is refused and nothing is written', async () => {
    mkdirSync(path.join(folder, 'site'));
    writeFileSync(path.join(folder, 'site', 'index.html'), '<p>mine</p>');
    const { code, stderr } = await runCli(
      ['predict', '-m', SHAPES_MODEL, picture, '-o', 'other.jsonl', '--report', 'site'],
      { cwd: folder },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^fdeploy: [^\n]*index\.html[^\n]*\n$/);
    expect(existsSync(path.join(folder, 'other.jsonl'))).toBe(false);
  });

  test.each([
    [['report', '/dev/stdin'], 'records from a pipe need --output with the name of a folder'],
    [['report', 'gone.jsonl'], 'the file of records "gone.jsonl" does not exist'],
    [['report', '/dev/zero', '-o', 'x'], 'the file of records "/dev/zero" is a device, not a file'],
    [['report'], "missing required argument 'results.jsonl'"],
    [
      ['report', 'r.jsonl', '-o', 'x', '--summary', 'r.jsonl.run.json'],
      "--summary 'r.jsonl.run.json' is not the summary of a run",
    ],
    [
      ['report', 'r.jsonl', '-o', 'x', '--summary', '/dev/zero'],
      "--summary '/dev/zero' is a device, not a file",
    ],
    [['report', 'r.jsonl', '-o', 'x', '--summary', 'r.jsonl'], "--summary 'r.jsonl' is not JSON"],
  ])('%j is a sentence', async (args, sentence) => {
    expect(await runCli(args, { cwd: folder })).toEqual({
      code: 2,
      stdout: '',
      stderr: `fdeploy: ${sentence}\n`,
    });
  });
});
