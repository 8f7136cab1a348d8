// Speed, memory and wrong characters of OCR: fdeploy, its networks in a bare loop, and peers where they are installed.
// All take turns, so that a busy machine disturbs them alike; the figures are medians of the rounds.
// Usage: node bench/ocr.mjs [--pictures DIR] [--truth FILE] [--workers N] [--mode thread|process] [--rounds N] [--times N]
//                           [--gutenye DIR (a folder with node_modules/@gutenye/ocr-node)] [--python FILE (with rapidocr)]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { characterErrors } from './character-errors.mjs';
import { watchPeak } from './pss.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Runs the networks on the tensors of one picture after the other until the shared counter is through. */
async function bareWorker({ files, pictures, counter }) {
  const { InferenceSession, Tensor } = (await import('onnxruntime-node')).default;
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const sessions = {};
  for (const [part, file] of Object.entries(files))
    sessions[part] = await InferenceSession.create(file, options);
  let buffer = new Float32Array(0);
  parentPort.postMessage({});
  await new Promise((resolve) => parentPort.once('message', resolve));
  for (let i; (i = Atomics.add(counter, 0, 1)) < pictures.length;) {
    const file = fs.openSync(pictures[i].file);
    let readingMs = 0;
    for (const { part, dims, at, length } of pictures[i].inputs) {
      const start = performance.now();
      if (buffer.length < length) buffer = new Float32Array(length);
      const values = buffer.subarray(0, length);
      fs.readSync(file, values, { position: at });
      readingMs += performance.now() - start;
      const session = sessions[part];
      await session.run({ [session.inputNames[0]]: new Tensor('float32', values, dims) });
    }
    fs.closeSync(file);
    parentPort.postMessage({ readingMs });
  }
  parentPort.close();
}

/** Writes the inputs of every inference of every picture to a file a picture; gives where they lie and the networks. */
async function recordTensors(pictures, folder) {
  const { PaddleOcrPipeline } = await import('../dist/index.js');
  const pipeline = await PaddleOcrPipeline.open();
  const recorded = [];
  let out;
  for (const [part, stage] of [
    ['det', 'detection'],
    ['cls', 'orientation'],
    ['rec', 'recognition'],
  ]) {
    const { runtime } = pipeline[stage];
    const run = runtime.run.bind(runtime);
    runtime.run = (feeds) => {
      const [{ dims, data }] = Object.values(feeds);
      recorded.at(-1).inputs.push({ part, dims: [...dims], at: out.written, length: data.length });
      out.written += fs.writeSync(out.file, data);
      return run(feeds);
    };
  }
  for (const picture of pictures) {
    const file = path.join(folder, `${recorded.length}.tensors`);
    recorded.push({ file, inputs: [] });
    out = { file: fs.openSync(file, 'w'), written: 0 };
    await pipeline.predict(picture);
    fs.closeSync(out.file);
  }
  const runtimes = Object.entries(pipeline.handle().runtimes);
  await pipeline.close();
  return {
    files: Object.fromEntries(runtimes.map(([part, { source }]) => [part, source])),
    pictures: recorded,
  };
}

/** From the first to the last picture; the reading of the tensors is taken off, since a pipeline has no such step. */
async function bareLoop(recording, workers) {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const data = { ...JSON.parse(fs.readFileSync(recording, 'utf8')), counter };
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL(import.meta.url), { workerData: data }),
  );
  const first = (thread, event) => new Promise((resolve) => thread.once(event, resolve));
  await Promise.all(threads.map((thread) => first(thread, 'message')));
  const look = watchPeak(250);
  const times = [];
  let readingMs = 0;
  for (const thread of threads) {
    thread.on('message', (answer) => {
      if (times.length > 0) readingMs += answer.readingMs;
      times.push(performance.now());
    });
    thread.postMessage('go');
  }
  await Promise.all(threads.map((thread) => first(thread, 'exit')));
  const { images, seconds } = between(times);
  console.log(JSON.stringify({ images, seconds: seconds - readingMs / 1000 / workers, pssMiB: look() }));
}

/** Pictures and seconds from the first answer to the last: start-up is left out. @param times milliseconds of the answers */
function between(times) {
  return { images: times.length - 1, seconds: (Math.max(...times) - Math.min(...times)) / 1000 };
}

const picturesOf = (folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => /\.(png|jpe?g)$/i.test(name))
    .sort();

/** Each picture of `from` under so many names: `0 a.jpg`, `1 a.jpg` ... */
function linkTimes(from, to, times) {
  fs.mkdirSync(to);
  for (let time = 0; time < times; time++) {
    for (const name of picturesOf(from)) {
      fs.symlinkSync(path.resolve(from, name), path.join(to, `${time} ${name}`));
    }
  }
}

/** Wrong and all characters of records {image, lines}. */
function errorsOf(records, truth) {
  const counts = records.map(({ image, lines }) =>
    characterErrors(truth[image.replace(/^\d+ /, '')] ?? [], lines),
  );
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
      rounds: { type: 'string', default: '3' },
      times: { type: 'string', default: '1' },
      gutenye: { type: 'string' },
      python: { type: 'string' },
    },
  });
  const { workers, mode } = values;
  const truth = JSON.parse(fs.readFileSync(values.truth, 'utf8'));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-ocr-'));
  const out = path.join(folder, 'records.jsonl');
  const pictures = path.join(folder, 'pictures');
  linkTimes(values.pictures, pictures, Number(values.times));
  const run = (command, args, options = {}) =>
    JSON.parse(
      execFileSync(command, args, { encoding: 'utf8', ...options })
        .trim()
        .split('\n')
        .at(-1),
    );
  const recording = path.join(folder, 'recording.json');
  execFileSync(process.execPath, [here('ocr.mjs'), 'record', pictures, recording]); // prepares the networks too
  const fdeploy = () => {
    const summary = path.join(folder, 'summary.json');
    const args = [here('../bin/fdeploy.js'), 'predict', pictures, '-n', workers, '--mode', mode, '-o', out];
    execFileSync(process.execPath, [...args, '--overwrite', '--summary', summary, '-q'], {
      stdio: 'inherit',
    });
    const answers = readLines(out);
    const records = answers.map(({ image, result }) => ({
      image: path.basename(image),
      lines: result.lines,
    }));
    const { pssMiB } = JSON.parse(fs.readFileSync(summary, 'utf8')).memory;
    return { ...between(answers.map(({ ms }) => ms.at)), pssMiB, wrong: errorsOf(records, truth) };
  };
  const contenders = {
    [`fdeploy, ${workers} workers, ${mode}`]: fdeploy,
    'bare loop over the networks': () => run(process.execPath, [here('ocr.mjs'), 'bare', recording, workers]),
  };
  if (values.gutenye) {
    // Its boxes are those of the resized picture, so its lines cannot be laid beside the known ones.
    const args = [here('peers/gutenye-ocr.mjs'), pictures, out];
    contenders['@gutenye/ocr-node'] = () => run(process.execPath, args, { cwd: values.gutenye });
  }
  if (values.python) {
    const models = path.dirname(JSON.parse(fs.readFileSync(recording, 'utf8')).files.det);
    const args = [here('peers/rapid_ocr.py'), pictures, out, models, workers];
    contenders.RapidOCR = () => ({ ...run(values.python, args), wrong: errorsOf(readLines(out), truth) });
  }
  const rounds = Array.from({ length: Number(values.rounds) }, () =>
    Object.fromEntries(Object.entries(contenders).map(([name, contend]) => [name, contend()])),
  );
  fs.rmSync(folder, { recursive: true });
  const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
  const speed = ({ images, seconds }) => images / seconds;
  console.table(
    Object.keys(contenders).map((system) => {
      const of = (figure) => median(rounds.map((round) => figure(round[system], round)));
      const bare = (round) => round['bare loop over the networks'];
      return {
        system,
        'pictures/s': Number(of(speed).toFixed(2)),
        'of bare': Number(of((own, round) => speed(own) / speed(bare(round))).toFixed(2)),
        'peak PSS MiB': Math.round(of(({ pssMiB }) => pssMiB)),
        'wrong characters': rounds[0][system].wrong ?? '',
      };
    }),
  );
}

const [task, ...rest] = process.argv.slice(2);
if (!isMainThread) await bareWorker(workerData);
else if (task === 'bare') await bareLoop(rest[0], Number(rest[1]));
else if (task === 'record') {
  const [folder, recording] = rest;
  const files = picturesOf(folder).map((name) => path.join(folder, name));
  fs.writeFileSync(recording, JSON.stringify(await recordTensors(files, path.dirname(recording))));
} else main();
