import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { recordsIn, runCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const BIN = path.resolve('bin/fdeploy.js');
const DETECTION = path.resolve('fixtures/models/shapes-det-picodet-onnx');
const PICTURES = path.resolve('fixtures/pictures/det');
const SCAN = path.resolve('fixtures/ocr/pictures/single_line_a.png');

const hasTerminals = spawnSync('script', ['--version']).status === 0;
const withTerminals = hasTerminals ? test : test.skip;
if (!hasTerminals) process.stderr.write('skipped: what a terminal shows (script is not installed)\n');

/** Variables by which Node decides whether a terminal has colours, beside TERM: a CI server sets one or more. */
const NO_OPINION_ON_COLOURS: NodeJS.ProcessEnv = {
  CI: undefined,
  COLORTERM: undefined,
  FORCE_COLOR: undefined,
  NODE_DISABLE_COLORS: undefined,
  NO_COLOR: undefined,
  TEAMCITY_VERSION: undefined,
  TERM_PROGRAM: undefined,
  TMUX: undefined,
};

/** What a terminal shows of a run. */
function shown(args: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const command = [process.execPath, BIN, 'predict', ...args, '-q', '-n', '1'];
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const { stdout } = spawnSync('script', ['-qec', quoted, '/dev/null'], {
    cwd: folder,
    env: {
      ...process.env,
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      ...NO_OPINION_ON_COLOURS,
      ...env,
    },
    encoding: 'utf8',
  });
  return stdout.trimEnd().split('\r\n');
}
const folder = tempFolder();

withTerminals('a terminal gets a line per picture: name, numbers of objects, time', async () => {
  const args = ['-m', DETECTION, PICTURES, '--ordered'];
  const records = recordsIn((await runCli(['predict', ...args, '-q'])).stdout);
  const lines = shown(args, { NO_COLOR: '1' });
  expect(lines).toHaveLength(records.length);
  for (const [i, record] of records.entries()) {
    const labels = (record as unknown as { result: { objects: { label: string }[] } }).result.objects.map(
      ({ label }) => label,
    );
    const found = [...new Set(labels)].map((label) => {
      const count = labels.filter((other) => other === label).length;
      return `${count} ${label}${count === 1 ? '' : label.endsWith('ss') ? 'es' : 's'}`;
    });
    const [name, counts, time] = lines[i]!.split('  ');
    expect([name, counts]).toEqual([record.image, found.join(', ') || 'no objects']);
    expect(time).toMatch(/^\d+ ms$/);
  }
});

withTerminals('it is coloured, and names cannot command the terminal', () => {
  const broken = path.join(folder, 'a\u001b[31m.jpg');
  writeFileSync(broken, 'no picture');
  const [scan, failed] = shown([SCAN, broken, '--ordered'], {});
  const [name, text, time] = scan!.split('  ');
  expect([name, text]).toEqual([SCAN, '\u001b[32mUSB接口与HDMI输出\u001b[39m']);
  expect(time).toContain('\u001b[2m');
  expect(failed).toContain('a\\e[31m.jpg  \u001b[31mIMAGE_UNREADABLE: ');
});

withTerminals.each([
  ['-f', 'jsonl'],
  ['-o', '-'],
])('with %s %s a terminal gets records', (...options) => {
  const [line = ''] = shown(['-m', DETECTION, path.join(PICTURES, 'det_000.jpg'), ...options], {});
  expect(JSON.parse(line)).toMatchObject({ status: 'ok', task: 'detection' });
});
