/**
 * Pictures a second on the devices of this machine, beside onnxruntime's CPU, and how far their results differ.
 *
 *   node bench/devices.mjs [--devices cpu,webgpu,cuda] [--workers 1,2,4] [--batches 1,8] [--pictures 2000] [--cpu-pictures 400]
 *     [--ocr-pictures 200] [--provider <folder>]
 *
 * Needs no network. The models are ResNet50_vd's layers with random weights, and the bundled ppocr-v4; pictures are made, pages are
 * those of fixtures/ocr/pictures, repeated. `--provider` copies libonnxruntime_providers_*.so from a folder (of the Python package
 * onnxruntime-gpu: onnxruntime/capi) beside onnxruntime-node. A device that cannot be used is a line with the reason. Every figure
 * is one run of the command line; start-up is left out by the records' own times. `differs`: the largest difference of a score
 * from the CPU's; ocr: share of characters that differ.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: 'cpu,webgpu,cuda' },
    workers: { type: 'string', default: '1,2,4' },
    batches: { type: 'string', default: '1,8' },
    pictures: { type: 'string', default: '2000' },
    'cpu-pictures': { type: 'string', default: '400' },
    'ocr-pictures': { type: 'string', default: '200' },
    provider: { type: 'string' },
  },
});
const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const BIN = path.join(ROOT, 'bin/fdeploy.js');
const folder = mkdtempSync(path.join(tmpdir(), 'devices-'));
const inside = (name) => path.join(folder, name);
const node = (...args) => execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
const list = (name) => values[name].split(',').map(Number);

if (values.provider) {
  const own = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  for (const name of readdirSync(values.provider).filter((name) =>
    /^libonnxruntime_providers_.*\.so$/.test(name),
  )) {
    copyFileSync(path.join(values.provider, name), path.join(own, 'bin/napi-v6/linux/x64', name));
  }
}

/** One run. @returns records and pictures a second between the first and the last one, or the reason why not */
function run(name, args) {
  const output = inside(`${name}.jsonl`);
  rmSync(output, { force: true });
  rmSync(`${output}.run.json`, { force: true });
  const summary = inside('summary.json');
  const { status, stderr } = spawnSync(
    process.execPath,
    [BIN, 'predict', ...args, '-o', output, '--summary', summary, '--progress', 'none'],
    { encoding: 'utf8', timeout: 540_000, env: { ...process.env, FDEPLOY_CACHE: inside('cache') } },
  );
  if (status !== 0) return { reason: stderr.trim().split('\n').at(-1) ?? `exit code ${status}` };
  const records = readFileSync(output, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ends = records.map(({ ms }) => ms.at).sort((a, b) => a - b);
  // The first tenth is left out: the workers start, and a GPU chooses its kernels.
  const from = Math.floor(ends.length / 10);
  const rate = ((ends.length - 1 - from) / (ends.at(-1) - ends[from])) * 1000;
  const { memory } = JSON.parse(readFileSync(summary, 'utf8'));
  return { records: new Map(records.map((record) => [record.image, record])), rate, memory };
}

function scoreDifference(records, reference) {
  let worst = 0;
  for (const [image, { result }] of records) {
    const scores = new Map((reference.get(image)?.result.classes ?? []).map(({ id, score }) => [id, score]));
    for (const { id, score } of result.classes)
      if (scores.has(id)) worst = Math.max(worst, Math.abs(score - scores.get(id)));
  }
  return worst.toExponential(1);
}

function characterDifference(records, reference) {
  let [different, characters] = [0, 0];
  for (const [image, { result }] of records) {
    const text = reference.get(image)?.result.text ?? '';
    different += distance(text, result.text);
    characters += text.length;
  }
  return `${((100 * different) / characters).toFixed(2)} %`;
}

const print = (...cells) => console.log(`| ${cells.join(' | ')} |`);

/** All devices on one model. The first run of the CPU is the reference. */
function measure(title, args, batches, difference, picturesOf) {
  console.log(`\n${title}\n`);
  print('device', 'workers', 'batch', 'pictures/s', 'memory MiB', 'differs');
  print('---', '---', '---', '---', '---', '---');
  const reference = run('reference', [...args, picturesOf('cpu')]);
  for (const device of values.devices.split(',')) {
    for (const batch of batches) {
      const settings = device === 'cpu' ? [undefined] : list('workers');
      for (const workers of settings) {
        const chosen = [
          ...(workers ? ['-n', String(workers)] : []),
          ...(batch > 1 ? ['-b', String(batch)] : []),
        ];
        const { rate, memory, records, reason } = run('run', [
          ...args,
          picturesOf(device),
          '--device',
          device,
          ...chosen,
        ]);
        const cells = reason
          ? [reason, '', '']
          : [
              rate.toFixed(1),
              Math.round(memory.pssMiB ?? memory.rssMiB),
              reference.records ? difference(records, reference.records) : reference.reason,
            ];
        print(device, workers ?? 'all CPUs', batch, ...cells);
      }
    }
  }
}

console.log(execFileSync(process.execPath, [BIN, 'doctor'], { encoding: 'utf8' }));
node(path.join(ROOT, 'bench/make-model.js'), 'resnet50', inside('resnet50'));
for (const name of ['pictures', 'cpu-pictures']) {
  node(path.join(ROOT, 'bench/make-pictures.js'), inside(name), values[name]);
}
measure(
  'ResNet50_vd, JPEGs of 500 x 375',
  ['-m', inside('resnet50')],
  list('batches'),
  scoreDifference,
  (device) => inside(device === 'cpu' ? 'cpu-pictures' : 'pictures'),
);

const pages = path.join(ROOT, 'fixtures/ocr/pictures');
const names = readdirSync(pages).filter((name) => /\.(jpg|png)$/.test(name));
mkdirSync(inside('ocr'));
for (let i = 0; i < Number(values['ocr-pictures']); i++) {
  cpSync(path.join(pages, names[i % names.length]), inside(`ocr/${i}-${names[i % names.length]}`));
}
measure('ppocr-v4', [], [1], characterDifference, () => inside('ocr'));
rmSync(folder, { recursive: true, force: true });
