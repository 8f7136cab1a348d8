/**
 * Converts damaged exports: `node bench/paddle-fuzz.mjs <folder of exports> [count] [seed]`.
 * Takes the .pdmodel, .json and .pdiparams files below the folder, cuts, flips or overwrites bytes of one of them, and converts.
 * Every conversion must end in an FdeployError or in a model that onnxruntime opens, within 2 s and 512 MiB. What does not
 * is printed with its seed. Workers do the conversions, so that a crash or a hang is seen.
 */
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const LIMIT_MS = 2000;
const LIMIT_MIB = 512;

/** mulberry32: whole numbers below a limit, the same for the same seed. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** @returns pairs of program and parameters below a folder */
function exportsBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(pdmodel|json)$/.test(name) && !name.endsWith('index.json'))
    .map((name) => path.join(folder, name))
    .map((model) => ({ model, params: model.replace(/\.(pdmodel|json)$/, '.pdiparams') }))
    .map(({ model, params }) => ({ model, params: existsSync(params) ? params : undefined }))
    .sort((a, b) => (a.model < b.model ? -1 : 1));
}

const NUMBERS = [0, 1, 0x7f, 0x80, 0xff];

/** One of: cut, flipped bits, bytes overwritten, a digit of a text changed, a part written twice. */
function damage(bytes, pick) {
  const copy = Buffer.from(bytes);
  const at = () => pick(Math.max(1, copy.length));
  switch (pick(5)) {
    case 0:
      return copy.subarray(0, at());
    case 1:
      for (let i = pick(3); i >= 0; i--) copy[at()] ^= 1 << pick(8);
      return copy;
    case 2: {
      const start = at();
      copy.fill(NUMBERS[pick(NUMBERS.length)], start, Math.min(copy.length, start + 1 + pick(10)));
      return copy;
    }
    case 3: {
      const digits = [...copy.keys()].filter((i) => copy[i] >= 0x30 && copy[i] <= 0x39);
      if (digits.length) copy[digits[pick(digits.length)]] = 0x30 + pick(10);
      return copy;
    }
    default: {
      const [from, to] = [at(), at()].sort((a, b) => a - b);
      return Buffer.concat([copy.subarray(0, to), copy.subarray(from)]);
    }
  }
}

async function work() {
  const { convertPaddleModel, FdeployError } = await import('../dist/index.js');
  const ort = await import('onnxruntime-node');
  process.on('message', async ({ model, params }) => {
    const start = performance.now();
    const before = process.memoryUsage().rss;
    let outcome;
    try {
      const { onnx } = await convertPaddleModel({ model, params });
      const ms = performance.now() - start;
      try {
        const session = await ort.InferenceSession.create(onnx, { logSeverityLevel: 4 });
        await session.release();
        outcome = { kind: 'model', ms };
      } catch (error) {
        outcome = { kind: 'refused', message: error.message, ms };
      }
    } catch (error) {
      const kind = error instanceof FdeployError && error.kind !== 'bug' ? error.code : 'bug';
      outcome = { kind, message: error.stack, ms: performance.now() - start };
    }
    process.send({ ...outcome, mib: (process.memoryUsage().rss - before) / 2 ** 20 });
  });
}

function makeWorker() {
  return fork(process.argv[1], ['--worker'], { silent: true, execArgv: ['--max-old-space-size=512'] });
}

/** What became of one conversion; a worker that ends or takes too long is the outcome too. */
function ask(worker, task) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done({ kind: 'hang' }), 10 * LIMIT_MS);
    const onExit = (code, signal) => done({ kind: 'crash', message: `${code ?? signal}` });
    const onMessage = (outcome) => done(outcome);
    function done(outcome) {
      clearTimeout(timer);
      worker.off('exit', onExit).off('message', onMessage);
      resolve(outcome);
    }
    worker.once('exit', onExit).once('message', onMessage);
    worker.send(task);
  });
}

async function main([folder, count = '2000', seed = '1']) {
  const all = exportsBelow(folder);
  const place = mkdtempSync(path.join(tmpdir(), 'paddle-fuzz-'));
  const counts = {};
  const slowest = { ms: 0, mib: 0 };
  let worker = makeWorker();
  let failures = 0;
  for (let round = 0; round < Number(count); round++) {
    const pick = random(Number(seed) + round * 7919);
    const { model, params } = all[pick(all.length)];
    const broken = params && pick(3) === 0 ? params : model;
    const file = path.join(place, path.basename(broken));
    writeFileSync(file, damage(readFileSync(broken), pick));
    const outcome = await ask(worker, broken === model ? { model: file, params } : { model, params: file });
    rmSync(file);
    counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1;
    slowest.ms = Math.max(slowest.ms, outcome.ms ?? 0);
    slowest.mib = Math.max(slowest.mib, outcome.mib ?? 0);
    const late = outcome.ms > LIMIT_MS || outcome.mib > LIMIT_MIB;
    if (['crash', 'hang', 'bug', 'refused'].includes(outcome.kind) || late) {
      failures++;
      console.error(
        `round ${round}, ${path.relative(folder, broken)}: ${outcome.kind} ${outcome.message ?? ''}`.slice(
          0,
          700,
        ),
      );
    }
    if (outcome.kind === 'crash' || outcome.kind === 'hang') {
      worker.kill('SIGKILL');
      worker = makeWorker();
    }
  }
  worker.kill();
  rmSync(place, { recursive: true });
  console.log(JSON.stringify({ rounds: Number(count), counts, slowest, failures }));
}

if (process.argv[2] === '--worker') await work();
else await main(process.argv.slice(2));
