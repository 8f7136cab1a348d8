// Speed, memory and wrong characters of OCR: fdeploy, its networks in a bare loop, and peers where they are installed.
// Usage: node bench/ocr.mjs [--pictures DIR] [--truth FILE] [--workers N] [--mode thread|process]
//                           [--gutenye DIR (a folder with node_modules/@gutenye/ocr-node)] [--python FILE (with rapidocr)]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { characterErrors } from './character-errors.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const OWN_MEMORY = '/proc/self/smaps_rollup';
const pssMiB = () => Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(OWN_MEMORY, 'utf8'))[1]) / 1024;

/** Runs the networks on inputs of the pictures' shapes until the shared counter is through. */
async function bareWorker({ files, shapes, counter }) {
  const { InferenceSession, Tensor } = (await import('onnxruntime-node')).default;
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const sessions = {};
  for (const [part, file] of Object.entries(files))
    sessions[part] = await InferenceSession.create(file, options);
  parentPort.postMessage('ready');
  await new Promise((resolve) => parentPort.once('message', resolve));
  for (let i; (i = Atomics.add(counter, 0, 1)) < shapes.length;) {
    for (const { part, dims } of shapes[i]) {
      const values = new Float32Array(dims.reduce((product, side) => product * side)).fill(0.25);
      const session = sessions[part];
      await session.run({ [session.inputNames[0]]: new Tensor('float32', values, dims) });
    }
    parentPort.postMessage('picture');
  }
  parentPort.postMessage('done');
}

/** The shapes of every inference of every picture. */
async function shapesOf(pictures) {
  const { PaddleOcrPipeline } = await import('../dist/index.js');
  const pipeline = await PaddleOcrPipeline.open();
  let current;
  for (const [part, stage] of [
    ['det', 'detection'],
    ['cls', 'orientation'],
    ['rec', 'recognition'],
  ]) {
    const { runtime } = pipeline[stage];
    const run = runtime.run.bind(runtime);
    runtime.run = (feeds) => {
      current.push({ part, dims: [...Object.values(feeds)[0].dims] });
      return run(feeds);
    };
  }
  const shapes = [];
  for (const picture of pictures) {
    shapes.push((current = []));
    await pipeline.predict(picture);
  }
  const files = Object.fromEntries(
    Object.entries(pipeline.handle().runtimes).map(([part, { source }]) => [part, source]),
  );
  await pipeline.close();
  return { files, shapes };
}

async function bareLoop(shapesFile, workers) {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const data = { ...JSON.parse(fs.readFileSync(shapesFile, 'utf8')), counter };
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL(import.meta.url), { workerData: data }),
  );
  const heard = (word) =>
    Promise.all(
      threads.map(
        (thread) => new Promise((resolve) => thread.on('message', (said) => said === word && resolve())),
      ),
    );
  await heard('ready');
  const done = heard('done');
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, pssMiB());
  };
  setInterval(look, 250);
  const times = [];
  for (const thread of threads) {
    thread.on('message', (said) => said === 'picture' && times.push(performance.now()));
    thread.postMessage('go');
  }
  await done;
  look();
  console.log(JSON.stringify({ ...between(times), pssMiB: peak }));
  process.exit(0);
}

/** Pictures and seconds from the first answer to the last: start-up is left out. @param times milliseconds of the answers */
function between(times) {
  return { images: times.length - 1, seconds: (Math.max(...times) - Math.min(...times)) / 1000 };
}

/** Wrong and all characters of records {image, lines}. */
function errorsOf(records, truth) {
  const counts = records.map(({ image, lines }) => characterErrors(truth[image] ?? [], lines));
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  return `${sum('errors')} of ${sum('characters')}`;
}

const readLines = (file) =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

function main() {
  const { values } = parseArgs({
    options: {
      pictures: { type: 'string', default: here('../fixtures/ocr/pictures') },
      truth: { type: 'string', default: here('../fixtures/ocr/truth.json') },
      workers: { type: 'string', default: '2' },
      mode: { type: 'string', default: 'thread' },
      gutenye: { type: 'string' },
      python: { type: 'string' },
    },
  });
  const { pictures, workers, mode } = values;
  const truth = JSON.parse(fs.readFileSync(values.truth, 'utf8'));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-ocr-'));
  const out = path.join(folder, 'records.jsonl');
  const run = (command, args, options = {}) =>
    JSON.parse(
      execFileSync(command, args, { encoding: 'utf8', ...options })
        .trim()
        .split('\n')
        .at(-1),
    );
  const rows = [];
  const add = (system, { images, seconds, pssMiB }, wrong) =>
    rows.push({
      system,
      'pictures/s': Number((images / seconds).toFixed(2)),
      'peak PSS MiB': Math.round(pssMiB),
      'wrong characters': wrong ?? '',
    });

  // The first run prepares the networks; what is measured is every later run.
  const summary = path.join(folder, 'summary.json');
  const predict = () => {
    const args = [here('../bin/fdeploy.js'), 'predict', pictures, '-n', workers, '--mode', mode, '-o', out];
    execFileSync(process.execPath, [...args, '--overwrite', '--summary', summary, '-q'], {
      stdio: 'inherit',
    });
    return JSON.parse(fs.readFileSync(summary, 'utf8'));
  };
  predict();
  const { memory } = predict();
  const answers = readLines(out);
  const records = answers.map(({ image, result }) => ({ image: path.basename(image), lines: result.lines }));
  add(
    `fdeploy, ${workers} workers, ${mode}`,
    { ...between(answers.map(({ ms }) => ms.at)), pssMiB: memory.pssMiB },
    errorsOf(records, truth),
  );

  const shapes = path.join(folder, 'shapes.json');
  execFileSync(process.execPath, [here('ocr.mjs'), 'shapes', pictures, shapes]);
  add('bare loop over the networks', run(process.execPath, [here('ocr.mjs'), 'bare', shapes, workers]));

  if (values.gutenye) {
    // Its boxes are those of the resized picture, so its lines cannot be laid beside the known ones.
    const args = [here('peers/gutenye-ocr.mjs'), path.resolve(pictures), out];
    add('@gutenye/ocr-node', run(process.execPath, args, { cwd: values.gutenye }));
  }
  if (values.python) {
    const models = path.dirname(JSON.parse(fs.readFileSync(shapes, 'utf8')).files.det);
    const args = [here('peers/rapid_ocr.py'), pictures, out, models, workers];
    add('RapidOCR', run(values.python, args), errorsOf(readLines(out), truth));
  }
  fs.rmSync(folder, { recursive: true });
  console.table(rows);
}

const [task, ...rest] = process.argv.slice(2);
if (!isMainThread) await bareWorker(workerData);
else if (task === 'bare') await bareLoop(rest[0], Number(rest[1]));
else if (task === 'shapes') {
  const names = fs
    .readdirSync(rest[0])
    .filter((name) => /\.(png|jpe?g)$/i.test(name))
    .sort();
  fs.writeFileSync(rest[1], JSON.stringify(await shapesOf(names.map((name) => path.join(rest[0], name)))));
} else main();
