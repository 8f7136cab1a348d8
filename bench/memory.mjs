/**
 * Memory of one long run of the command line over pictures of mixed sizes: PSS of it and its workers together after every so many
 * pictures. What is in hand at one moment is 0 to 46 MiB of pixels, so each figure is the median of ten looks a second
 * during the later half of them.
 *
 *   node bench/memory.mjs <model> <thread|process> [--pictures 5000] [--every 500] [--workers 2] [--from <folder of pictures>]
 *     [-- <options of predict>]
 */
import { spawn } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { childrenOf, pssMiB } from './pss.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workers: { type: 'string', default: '2' },
    pictures: { type: 'string', default: '5000' },
    every: { type: 'string', default: '500' },
    distinct: { type: 'string', default: '200' },
    from: { type: 'string' },
  },
});
const [model, mode, ...options] = positionals;
const BIN = fileURLToPath(new URL('../bin/fdeploy.js', import.meta.url));
const every = Number(values.every);
const LOOK_MS = 100;

/** The same at every call: sides from 64 to 1600 pixels, each as likely as the other, a fifth of them PNG. */
async function makePictures(folder, count) {
  for (let i = 0; i < count; i++) {
    const side = (seed) => 64 + Math.round((1536 * ((i * seed) % count)) / count);
    const noise = { type: 'gaussian', mean: 128, sigma: 60 };
    const size = { width: side(7), height: side(13), channels: 3, background: '#808080' };
    const file = path.join(folder, `${i}.${i % 5 === 0 ? 'png' : 'jpg'}`);
    await sharp({ create: { ...size, noise } })
      .blur(1.5)
      .toFile(file);
  }
}

/** A picture that is named twice is predicted once, so each has many names. */
function link(from, to, count) {
  const names = readdirSync(from);
  for (let i = 0; i < count; i++) {
    const name = names[(i * 37) % names.length];
    linkSync(path.join(from, name), path.join(to, `${i}${path.extname(name)}`));
  }
}

const familyMiB = (pid) => [pid, ...childrenOf(pid)].reduce((sum, one) => sum + pssMiB(one), 0);

const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-bench-'));
try {
  const [distinct, linked] = ['distinct', 'linked'].map((name) => path.join(folder, name));
  for (const made of [distinct, linked]) mkdirSync(made);
  if (values.from === undefined) await makePictures(distinct, Number(values.distinct));
  link(values.from ?? distinct, linked, Number(values.pictures));
  const args = ['predict', linked, '-m', model, '--mode', mode, '-n', values.workers, '-q', ...options];
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let done = 0;
  let looks = [];
  const timer = setInterval(() => {
    if (done % every < every / 2) return;
    try {
      looks.push(familyMiB(child.pid));
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error; // a worker ended meanwhile
    }
  }, LOOK_MS);
  for await (const chunk of child.stdout) {
    const before = done;
    for (const byte of chunk) if (byte === 10) done++;
    if (Math.floor(done / every) === Math.floor(before / every)) continue;
    const median = looks.sort((a, b) => a - b)[looks.length >> 1];
    console.log(`${mode}, ${done} pictures: ${median.toFixed(0)} MiB`);
    looks = [];
  }
  clearInterval(timer);
} finally {
  rmSync(folder, { recursive: true });
}
