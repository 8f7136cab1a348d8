import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PREDICT_FLAGS } from '#src/config/flags/predict.js';
import type { AnyFlag } from '#src/config/flags/flag.js';
import type { ResultRecord, Task } from '#src/contracts/results.js';
import { OCR_DICTIONARY, OCR_MODELS } from '../support/ocr-models.js';
import { tempFolder } from '../support/temp.js';

const run = promisify(execFile);
const flags: readonly AnyFlag[] = Object.values(PREDICT_FLAGS);
const read = (file: string): string => readFileSync(file, 'utf8');
const english = read('README.md');
const chinese = read('README_CN.md');

/** The cells of the option table's rows. */
function optionRows(text: string): string[][] {
  const table = /<!-- options -->([\s\S]*)<!-- \/options -->/.exec(text)![1]!;
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .replaceAll('\\|', '¦')
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('¦', '|')),
    );
}

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((block) => block[1]!);

/** A folder as the README's reader has it: scans, photos, models, and the command on the path. */
function makePlace(): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = tempFolder();
  const copy = (from: string, to: string) => {
    cpSync(resolve('fixtures', from), join(folder, to), { recursive: true });
  };
  copy('results/pictures/mixed_a.png', 'scans/one.png');
  copy('results/pictures/receipt_a.png', 'scans/deep/two.png');
  copy('results/pictures/cls_000.jpg', 'photos/a.jpg');
  copy('results/pictures/det_022.jpg', 'photos/b.jpg');
  copy('models/shapes-cls-pplcnet-onnx', 'models/PP-LCNet');
  copy('models/shapes-det-picodet-onnx', 'models/PicoDet');
  copy('ocr/pictures/single_line_a.png', 'lines/a.png');
  copy(OCR_MODELS.det, 'models/det.onnx');
  copy(OCR_MODELS.rec, 'models/rec.onnx');
  copy(OCR_DICTIONARY, 'models/keys.txt');
  mkdirSync(join(folder, 'bin'));
  const shim = join(folder, 'bin', 'fdeploy');
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${resolve('bin/fdeploy.js')}" "$@"\n`);
  chmodSync(shim, 0o755);
  const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}` };
  return { folder, env };
}

describe('the option table', () => {
  it('is the code’s', () => {
    expect(optionRows(english)).toEqual(
      flags.map(({ flags, help, fallback = '' }) => [`\`${flags}\``, help, fallback]),
    );
  });

  it('has the same options in Chinese', () => {
    const rows = optionRows(chinese);
    expect(rows.map(([option]) => option)).toEqual(flags.map((flag) => `\`${flag.flags}\``));
    for (const [at, [, meaning, fallback]] of rows.entries()) {
      expect(meaning).toMatch(/[\u4e00-\u9fff]/);
      expect(fallback === '').toBe(flags[at]!.fallback === undefined);
    }
  });
});

it('has the same commands and code in both languages', () => {
  for (const language of ['bash', 'sh', 'js', 'json'])
    expect(blocks(chinese, language)).toEqual(blocks(english, language));
  expect(chinese.match(/^#+ /gm)).toEqual(english.match(/^#+ /gm));
});

it.each([
  'README.md',
  'README_CN.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
])('%s links to files that are there', (file) => {
  const links = [...read(file).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((link) => link[1]!);
  for (const link of links) expect(readFileSync(resolve(file, '..', link)).length).toBeGreaterThan(0);
});

/** Records of JSON Lines. */
const recordsOf = (text: string): ResultRecord[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ResultRecord);

const SCANS = ['scans/deep/two.png', 'scans/one.png'];
const PHOTOS = ['photos/a.jpg', 'photos/b.jpg'];

/** Expects a record of each picture, predicted by a model of the task. */
function expectRecords(text: string, task: Task, images: readonly string[]): void {
  const records = recordsOf(text).sort((a, b) => (a.image < b.image ? -1 : 1));
  expect(records).toMatchObject(images.map((image) => ({ image, status: 'ok', task })));
}

/** What the commands promise, by how they begin; `file` reads a file that one wrote. */
const PROMISES: readonly [
  begins: string,
  check: (stdout: string, file: (name: string) => string, folder: string) => void,
][] = [
  [
    'fdeploy predict scans/ -o text.jsonl',
    (_, file) => {
      expectRecords(file('text.jsonl'), 'ocr', SCANS);
      expect(file('text.jsonl')).toContain('"text":"');
    },
  ],
  [
    'fdeploy predict -m models/PP-LCNet photos/ -o classes.jsonl',
    (_, file) => {
      expectRecords(file('classes.jsonl'), 'classification', PHOTOS);
    },
  ],
  [
    'fdeploy predict scans/ | jq',
    (stdout) => {
      expectRecords(stdout, 'ocr', SCANS);
    },
  ],
  [
    'fdeploy predict -m models/PicoDet photos/ | jq',
    (stdout) => {
      expectRecords(stdout, 'detection', PHOTOS);
    },
  ],
  [
    'fdeploy predict scans/ -o night.jsonl --resume',
    (_, file) => {
      expectRecords(file('night.jsonl'), 'ocr', SCANS);
    },
  ],
  [
    'fdeploy bench -m models/PP-LCNet --workers 2',
    (stdout) => {
      for (const mode of ['thread', 'process'])
        expect(stdout).toMatch(new RegExp(`│ ${mode} +│ 2 +│ shared`));
      expect(stdout).toMatch(/Recommended on this machine: --mode (thread|process) --workers 2/);
    },
  ],
  [
    'fdeploy predict scans/ --mode process --workers 2 --timeout 60 -o careful.jsonl',
    (_, file) => {
      expectRecords(file('careful.jsonl'), 'ocr', SCANS);
    },
  ],
  [
    'fdeploy predict scans/ -o pages.jsonl --save-images drawn/ --report report/',
    (_, file, folder) => {
      expectRecords(file('pages.jsonl'), 'ocr', SCANS);
      expect(readdirSync(join(folder, 'drawn'), { recursive: true }).map(String).sort()).toEqual([
        'scans',
        'scans/deep',
        'scans/deep/two.png.png',
        'scans/one.png.png',
      ]);
      expect(readdirSync(join(folder, 'report')).sort()).toEqual(['index.html', 'thumbs']);
    },
  ],
  [
    'fdeploy predict scans/ -m models/det.onnx',
    (_, file) => {
      expectRecords(file('places.jsonl'), 'ocr', SCANS);
      expect(file('places.jsonl')).toContain('"quad":');
      expect(file('places.jsonl')).not.toContain('"text":');
    },
  ],
  [
    'fdeploy predict lines/ -m models/rec.onnx --rec-dict models/keys.txt',
    (_, file) => {
      expectRecords(file('lines.jsonl'), 'ocr', ['lines/a.png']);
      expect(file('lines.jsonl')).toContain('"text":"USB接口与HDMI输出"');
      expect(file('lines.jsonl')).not.toContain('"quad":');
    },
  ],
  [
    'fdeploy inspect models/PicoDet',
    (stdout) => {
      expect(stdout).toContain('detection');
      expect(stdout).toContain('models/PicoDet/inference.onnx');
    },
  ],
  [
    'fdeploy doctor',
    (stdout) => {
      expect(stdout).toContain('onnxruntime');
    },
  ],
];

describe('its commands', () => {
  const { folder, env } = makePlace();
  const commands = blocks(english, 'sh').flatMap((block) => block.trim().split('\n'));

  it('are those that are tried here', () => {
    expect(commands).toEqual(PROMISES.map(([begins]) => expect.stringContaining(begins) as string));
  });

  it.each(PROMISES)('%s', async (begins, check) => {
    // jq is the reader's own; what comes before it is ours. The bench need not wait for steady figures here.
    const [ours = ''] = commands.find((command) => command.startsWith(begins))!.split(' | jq ');
    const { stdout } = await run('/bin/sh', ['-c', ours.replace('--seconds 2', '--seconds 0.1')], {
      cwd: folder,
      env,
      maxBuffer: 1 << 26,
    });
    check(stdout, (name) => read(join(folder, name)), folder);
  });

  it('and its code', async () => {
    const [code] = blocks(english, 'js');
    const moved = `process.chdir(${JSON.stringify(folder)});\n${code!}`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', moved], { env });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^(circle|square|triangle|star|cross|null)\n$/);
  });
});
