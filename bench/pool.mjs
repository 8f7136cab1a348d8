/**
 * What the pool costs: pictures a second of runs in both modes beside two bare loops in as many threads, `session.run` on
 * ready tensors, and sharp's decoding with `session.run`.
 *
 *   node bench/pool.mjs <model directory> [--workers 2] [--pictures 400] [--rounds 3]
 *
 * All are counted from the first to the last answer, so that start-up is left out, and take turns, so that a
 * busy machine disturbs them alike. `busy` is the processor time used, over workers times the time that passed.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { localDispatcher } from '../dist/dispatch/local/index.js';
import { JobFeed } from '../dist/run/job-feed.js';
import { startRun } from '../dist/run/start-run.js';
import { fileSource } from '../dist/sources/paths.js';
import { runBare } from './bare.mjs';
import { childrenOf } from './pss.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workers: { type: 'string', default: '2' },
    pictures: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '3' },
  },
});
const workers = Number(values.workers);
const count = Number(values.pictures);
const spec = { model: positionals[0], threads: 1, batchSize: 1, shareWeights: true };
const notify = (sentence) => console.error(sentence);

/** Pictures of 500 x 375 with the detail of a photo, 64 of them. */
async function makePictures(folder) {
  for (let i = 0; i < 64; i++) {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 };
    const coarse = sharp({ create: { width: 500, height: 375, channels: 3, background: '#808080', noise } });
    const picture = await coarse.blur(1.2).jpeg({ quality: 90 }).toBuffer();
    writeFileSync(path.join(folder, `${i}.jpg`), picture);
  }
}

/** Processor seconds that this process and its children have used. */
function processorSeconds() {
  const { user, system } = process.cpuUsage();
  let seconds = (user + system) / 1e6;
  for (const child of childrenOf()) {
    const fields = readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1].split(' ');
    seconds += (Number(fields[11]) + Number(fields[12])) / 100;
  }
  return seconds;
}

/** Counts answers from the first to the last one. */
class Meter {
  #answers = 0;

  answer() {
    if (this.#answers++ === 0) {
      this.#from = performance.now();
      this.#processor = processorSeconds();
    }
    if (this.#answers < count) return;
    const seconds = (performance.now() - this.#from) / 1000;
    this.rate = (count - 1) / seconds;
    const processor = processorSeconds() - this.#processor;
    this.busy = processor / (seconds * workers);
    this.cost = (1000 * processor) / (count - 1);
  }

  #from = 0;
  #processor = 0;
}

async function run(meter, mode, files) {
  const { records } = await startRun({
    spec,
    feed: await JobFeed.open(Array.from({ length: count }, (_, i) => fileSource(files[i % files.length]))),
    dispatch: localDispatcher(),
    mode,
    workers,
    ordered: false,
    retries: 1,
    failFast: false,
    artifacts: {},
    notify,
  });
  for await (const record of records) {
    if (record.status === 'error') throw new Error(record.error.message);
    meter.answer();
  }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-bench-'));
try {
  await makePictures(folder);
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  const { handle } = await startRun({
    spec,
    feed: await JobFeed.open([]),
    dispatch: localDispatcher(),
    mode: 'thread',
    workers,
    artifacts: {},
    notify,
  });
  const [network] = Object.values(handle.runtimes);
  const bare = (meter, decode) =>
    runBare({ network, files, count, workers, decode, onAnswer: () => meter.answer() });
  const contenders = {
    'bare, ready tensors': (meter) => bare(meter, false),
    'bare, decoding': (meter) => bare(meter, true),
    'fdeploy, threads': (meter) => run(meter, 'thread', files),
    'fdeploy, processes': (meter) => run(meter, 'process', files),
  };
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const figures = {};
    for (const [name, contend] of Object.entries(contenders)) {
      figures[name] = new Meter();
      await contend(figures[name]);
    }
    rounds.push(figures);
  }
  console.log(`${handle.name}, ${workers} workers, ${count} pictures, median of ${rounds.length} rounds`);
  for (const name of Object.keys(contenders)) {
    const of = (figure) => median(rounds.map(figure));
    console.log(
      name.padEnd(22),
      `${of((figures) => figures[name].rate).toFixed(1)} pictures/s`.padStart(18),
      `${of((figures) => figures[name].cost).toFixed(2)} ms of a processor each`.padStart(32),
      `${(100 * of((figures) => figures[name].busy)).toFixed(1)} % busy`.padStart(14),
      `${of((figures) => figures[name].rate / figures['bare, decoding'].rate).toFixed(3)} of bare, decoding`.padStart(
        28,
      ),
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
