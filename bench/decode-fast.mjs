/**
 * What `--decode fast` gains and changes on photos of 12 megapixels, which are made by enlarging pictures.
 *
 *   node bench/decode-fast.mjs <model directory> <folder of pictures> [--workers 2] [--rounds 3] [--copies 10]
 *
 * Speed: pictures a second of runs with either mode, from the first to the last record, in turns, over JPEGs of quality 92.
 * Results: the two modes held against each other, over JPEGs of several qualities; beside them what the quality alone
 * changes in exact results, held against the best one, which says how far a network can be trusted.
 */
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { openModel, predictFiles } from '../dist/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workers: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    copies: { type: 'string', default: '10' },
  },
});
const [model, pictures] = positionals;
if (!model || !pictures) {
  console.error('usage: node bench/decode-fast.mjs <model directory> <folder of pictures>');
  process.exit(2);
}
const PIXELS = 12e6;
const SPEED = '92 4:2:0';
const BEST = '100 4:4:4';
/** Quality and chroma subsampling. */
const QUALITIES = [SPEED, '92 4:4:4', '95 4:2:0', '95 4:4:4', '100 4:2:0', BEST];

async function enlarge(folder, kind) {
  const [quality, chromaSubsampling] = kind.split(' ');
  mkdirSync(folder);
  for (const name of readdirSync(pictures).filter((file) => /\.(jpe?g|png)$/i.test(file))) {
    const source = sharp(path.join(pictures, name));
    const { width, height, space } = await source.metadata();
    const factor = Math.sqrt(PIXELS / (width * height));
    const size = { width: Math.round(width * factor), height: Math.round(height * factor) };
    await (space === 'cmyk' ? source.toColourspace('srgb') : source)
      .keepExif()
      .resize({ ...size, fit: 'fill', kernel: 'cubic' })
      .flatten()
      .jpeg({ quality: Number(quality), chromaSubsampling })
      .toFile(path.join(folder, `${path.parse(name).name}.jpg`));
  }
}

async function rate(images, decode) {
  let first = 0;
  let last = 0;
  let count = 0;
  const options = { model, images, decode, workers: Number(values.workers) };
  for await (const { status, image } of predictFiles(options)) {
    if (status !== 'ok') throw new Error(`${image} was not predicted`);
    last = performance.now();
    if (count++ === 0) first = last;
  }
  return ((count - 1) * 1000) / (last - first);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

async function speed(photos, folder) {
  mkdirSync(folder);
  for (const name of readdirSync(photos))
    for (let copy = 0; copy < Number(values.copies); copy++)
      linkSync(path.join(photos, name), path.join(folder, `${copy}-${name}`));
  const rates = { exact: [], fast: [] };
  for (let round = 0; round < Number(values.rounds); round++)
    for (const mode of ['exact', 'fast']) rates[mode].push(await rate([folder], mode));
  const ratios = rates.fast.map((fast, round) => fast / rates.exact[round]);
  return { exact: median(rates.exact), fast: median(rates.fast), ratio: median(ratios) };
}

const area = ([x0, y0, x1, y1]) => Math.max(0, x1 - x0) * Math.max(0, y1 - y0);
function overlap(a, b) {
  const inner = area([
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ]);
  return inner / (area(a) + area(b) - inner);
}

function labels({ width, height, runs }) {
  const map = new Uint16Array(width * height);
  let at = 0;
  for (const [id, length] of runs) map.fill(id, at, (at += length));
  return map;
}

/** How far two results of one picture lie apart. */
function apart(a, b) {
  if ('classes' in a) {
    const scores = new Map(b.classes.map(({ id, score }) => [id, score]));
    return {
      otherTop: a.classes[0].id === b.classes[0].id ? 0 : 1,
      score: Math.max(...a.classes.map(({ id, score }) => Math.abs(score - (scores.get(id) ?? 0)))),
    };
  }
  if ('objects' in a) {
    const partners = a.objects.flatMap((object) => {
      const same = b.objects.filter(({ id }) => id === object.id);
      const [best] = same.toSorted((p, q) => overlap(q.box, object.box) - overlap(p.box, object.box));
      return best && overlap(best.box, object.box) > 0.5 ? [{ object, best }] : [];
    });
    return {
      unmatched: a.objects.length + b.objects.length - 2 * partners.length,
      score: Math.max(0, ...partners.map(({ object, best }) => Math.abs(object.score - best.score))),
      lostOverlap: Math.max(0, ...partners.map(({ object, best }) => 1 - overlap(object.box, best.box))),
    };
  }
  const [x, y] = [labels(a.mask), labels(b.mask)];
  return { otherPixels: x.reduce((sum, id, i) => sum + (id === y[i] ? 0 : 1), 0) / x.length };
}

const COUNTS = ['otherTop', 'unmatched'];

/** The largest difference of each kind and their mean; of counts the sum. */
function together(pairs) {
  const all = {};
  for (const [a, b] of pairs)
    for (const [name, value] of Object.entries(apart(a, b))) (all[name] ??= []).push(value);
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const of = ([name, numbers]) =>
    COUNTS.includes(name)
      ? `${name} ${sum(numbers)}`
      : `${name} ${Math.max(...numbers).toFixed(4)} (mean ${(sum(numbers) / numbers.length).toFixed(4)})`;
  return Object.entries(all).map(of).join(', ');
}

async function results(folderOf) {
  const exact = await openModel(model);
  const fast = await openModel(model, { decode: { mode: 'fast' } });
  const names = readdirSync(folderOf(BEST));
  const all = async (opened, kind) => {
    const found = [];
    for (const name of names) found.push(await opened.predict(path.join(folderOf(kind), name)));
    return found;
  };
  const best = await all(exact, BEST);
  const pairs = (a, b) => together(a.map((one, i) => [one, b[i]]));
  console.log(
    `\n| quality of ${names.length} JPEGs | exact and fast | exact and exact at ${BEST} |\n| --- | --- | --- |`,
  );
  for (const kind of QUALITIES) {
    const wanted = kind === BEST ? best : await all(exact, kind);
    const found = await all(fast, kind);
    console.log(`| ${kind} | ${pairs(wanted, found)} | ${pairs(wanted, best)} |`);
  }
  await Promise.all([exact.close(), fast.close()]);
}

const folder = mkdtempSync(path.join(tmpdir(), 'decode-fast-'));
try {
  const folderOf = (kind) => path.join(folder, kind.replaceAll(/\W/g, '-'));
  for (const kind of QUALITIES) await enlarge(folderOf(kind), kind);
  const { exact, fast, ratio } = await speed(folderOf(SPEED), path.join(folder, 'speed'));
  console.log(`exact ${exact.toFixed(1)}, fast ${fast.toFixed(1)} pictures/s, ${ratio.toFixed(2)} times`);
  await results(folderOf);
} finally {
  rmSync(folder, { recursive: true });
}
