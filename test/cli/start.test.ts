import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { PREDICT_FLAGS } from '#src/config/flags/predict.js';
import { runCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

test('--help shows every command and the exit codes', async () => {
  const { code, stdout, stderr } = await runCli(['--help']);
  expect([code, stderr]).toEqual([0, '']);
  for (const command of ['predict', 'completion', 'help']) expect(stdout).toContain(`\n  ${command}`);
  expect(stdout).toContain('130  interrupted');
});

test('predict --help shows every option with its default', async () => {
  const { code, stdout } = await runCli(['predict', '--help']);
  expect(code).toBe(0);
  const words = stdout.replace(/\s+/g, ' ');
  for (const flag of Object.values(PREDICT_FLAGS)) {
    expect(words).toContain(` ${flag.flags} ${flag.help}`);
    if ('fallback' in flag) expect(words).toContain(`(default: ${flag.fallback})`);
  }
});

test.each([
  '',
  'predict',
  'inspect',
  'bench',
  'models',
  'convert',
  'report',
  'worker',
  'doctor',
  'completion',
])('the help of "%s" fits 80 columns, its paragraphs filled', async (command) => {
  const { stdout } = await runCli([...(command === '' ? [] : [command]), '--help']);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  // A line of the description that is short though its paragraph goes on was broken by hand.
  const [, description = ''] = stdout.split('\n\n');
  const words = description.split('\n');
  for (const [at, line] of words.slice(0, -1).entries())
    expect(line.length + words[at + 1]!.split(' ')[0]!.length).toBeGreaterThanOrEqual(79);
});

test('--version is the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([[['--help']], [['predict', '--help']], [['--version']]])(
  'nothing native and nothing of a run is loaded for %j',
  (args) => {
    const watch = `
      process.on('exit', () => {
        const native = process.report.getReport().sharedObjects.filter((file) => file.endsWith('.node'));
        process.stderr.write(JSON.stringify(native));
      });`;
    const run = spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(watch)}`,
        path.resolve('bin/fdeploy.js'),
        ...args,
      ],
      { encoding: 'utf8' },
    );
    expect(run.stderr).toBe('[]');
    expect(run.status).toBe(0);
  },
);

describe('a mistake in the call is one sentence and exit code 2', () => {
  test.each<[string[], string]>([
    [['predikt', 'x'], "unknown command 'predikt' (did you mean predict?)"],
    [['predict', '--topkk', '3'], "unknown option '--topkk' (did you mean --topk?)"],
    [['predict', '--conf', '0.5', 'x'], "unknown option '--conf' (did you mean --threshold?)"],
    [['predict', '--conf=0.5', 'x'], "unknown option '--conf=0.5' (did you mean --threshold?)"],
    [['predict', '--batch_size', '4', 'x'], "unknown option '--batch_size' (did you mean --batch-size?)"],
    [['predict', '--det_db_thresh', '.3'], "unknown option '--det_db_thresh' (did you mean --det-thresh?)"],
    [
      ['predict', '--input', 'x'],
      "unknown option '--input' (name pictures without an option: fdeploy predict photos/)",
    ],
    [
      ['predict', '-img', 'x'],
      "unknown option '-img' (name pictures without an option: fdeploy predict photos/)",
    ],
    [
      ['predict', '--device', 'gpu:0', 'x'],
      "--device must be cpu, webgpu, cuda or cuda:<number>, not 'gpu:0'",
    ],
    [['predict', 'model=m', 'conf=0.5'], "there is no file or folder 'model=m' (did you mean --model?)"],
    [['inspect', 'x', '--text_score', '1'], "unknown option '--text_score' (did you mean --threshold?)"],
    [['report', '--input', 'x'], "unknown option '--input' (did you mean --output?)"],
    [['predict', '--topk'], "option '--topk <k>' argument missing"],
    [['predict', '--topk', 'abc', 'x'], "--topk must be a whole number from 1 to 65536, not 'abc'"],
    [['predict', '--workers', '0', 'x'], "--workers must be a whole number from 1 to 1024, not '0'"],
    [['predict', '--mode', 'fork', 'x'], "--mode must be thread or process, not 'fork'"],
    [
      ['predict', '--mode=proces', 'x'],
      "--mode must be thread or process, not 'proces' (did you mean 'process'?)",
    ],
    [
      ['predict', '--timeout', '5', 'x'],
      '--timeout needs --mode process: a thread in a native call cannot be stopped',
    ],
    [['predict', '--resume', 'x'], '--resume needs --output with the name of a file'],
    [
      ['completion', 'tcsh'],
      "command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are zsh, bash, fish, powershell.",
    ],
  ])('%j', async (args, sentence) => {
    expect(await runCli(args)).toEqual({ code: 2, stdout: '', stderr: `fdeploy: ${sentence}\n` });
  });

  test('also in a working folder that was deleted', () => {
    const command = `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"`;
    const args = ['-c', command, process.execPath, path.resolve('bin/fdeploy.js'), 'predict', 'x.jpg'];
    const { status, stdout, stderr } = spawnSync('/bin/sh', args, { encoding: 'utf8', cwd: tempFolder() });
    expect([status, stdout, stderr]).toEqual([
      2,
      '',
      'fdeploy: the working folder no longer exists: change to another folder\n',
    ]);
  });

  test('and without a command the help', async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: fdeploy');
  });
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    const { code, stdout } = await runCli(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`# ${shell} completion for fdeploy`);
  });

  test.each<[string[], string[], string]>([
    [['pre'], ['predict'], ':4'],
    [['predict', '--mode', ''], ['thread', 'process'], ':4'],
    [['predict', '--det-l'], ['--det-limit-side', '--det-limit-type'], ':4'],
    [['predict', 'pho'], [], ':0'], // the shell completes names of files
  ])('of %j', async (words, expected, directive) => {
    const { stdout } = await runCli(['complete', '--', ...words]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.pop()).toBe(directive);
    expect(lines.map((line) => line.split('\t')[0])).toEqual(expected);
  });
});
