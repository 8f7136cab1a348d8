/**
 * Memory of one long run over pictures of mixed sizes: PSS of this process and its workers, every 500 pictures.
 *
 *   node bench/memory.mjs <model> <thread|process> [--pictures 5000] [--workers 2]
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { startRun } from '../dist/run.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workers: { type: 'string', default: '2' },
    pictures: { type: 'string', default: '5000' },
    distinct: { type: 'string', default: '200' },
  },
});
const [model, mode] = positionals;

/** The same sizes at every call, from 64 x 64 to 1600 x 1600, most of them small. */
async function makePictures(folder, count) {
  for (let i = 0; i < count; i++) {
    const side = (seed) => Math.round(64 * 25 ** (((i * seed) % count) / count));
    const noise = { type: 'gaussian', mean: 128, sigma: 60 };
    const size = { width: side(7), height: side(13), channels: 3, background: '#808080' };
    const file = path.join(folder, `${i}.${i % 5 === 0 ? 'png' : 'jpg'}`);
    await sharp({ create: { ...size, noise } })
      .blur(1.5)
      .toFile(file);
  }
}

function pssMiB() {
  const children = readdirSync('/proc/self/task').flatMap(
    (task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').match(/\d+/g) ?? [],
  );
  const of = (pid) =>
    Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
  return ['self', ...children].reduce((sum, pid) => sum + of(pid), 0);
}

const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-bench-'));
try {
  await makePictures(folder, Number(values.distinct));
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  const run = await startRun({
    spec: { model, threads: 1, batchSize: 1, shareWeights: true },
    images: Array.from({ length: Number(values.pictures) }, (_, i) => ({
      image: files[(i * 37) % files.length],
    })),
    skip: new Set(),
    mode,
    workers: Number(values.workers),
    ordered: false,
    retries: 1,
    failFast: false,
    artifacts: {},
    notify: (sentence) => console.error(sentence),
  });
  let done = 0;
  for await (const record of run.records) {
    if (record.status === 'error') throw new Error(record.error.message);
    if (++done % 500 === 0) console.log(`${mode} ${done} pictures: ${pssMiB().toFixed(0)} MiB`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
