// What turning and scanning askew does to pictures of known text.
// Usage: node bench/pages/turned.mjs [--pictures DIR] [--truth FILE] [--only NAME,...] [--askew 5] [--workers N]
//                                    [--doc-model MODEL] [--list]
// Every picture is turned by 0, 90, 180 and 270 degrees, exactly and by up to --askew degrees more in both directions. By
// turn: pictures of at least four lines whose `angle` is right, wrong characters without spaces, and the quads that lie
// within 2 pixels of those of the untouched picture, turned. --list names pictures with wrong characters or a wrong angle.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { predictFiles } from '../../dist/index.js';
import { characterErrors } from '../character-errors.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: here('../../fixtures/ocr/pictures') },
    truth: { type: 'string', default: here('../../fixtures/ocr/truth.json') },
    only: { type: 'string' },
    askew: { type: 'string', default: '5' },
    workers: { type: 'string' },
    'doc-model': { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});
const truth = JSON.parse(readFileSync(values.truth, 'utf8'));
const only = values.only?.split(',');
const names = readdirSync(values.pictures).filter((name) => truth[name] && (!only || only.includes(name)));
const TURNS = [0, 90, 180, 270];
const NEAR = 2;
const LINES = 4;

/** Where a point of a picture comes to lie when it is turned clockwise about its middle, from one size to another. */
function mapping(from, to, degrees) {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return ([x, y]) => {
    const [dx, dy] = [x - from.width / 2, y - from.height / 2];
    return [to.width / 2 + dx * cos - dy * sin, to.height / 2 + dx * sin + dy * cos];
  };
}

/** The smallest whole size that holds a turned picture. */
function sizeAfter({ width, height }, degrees) {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  const whole = (size) => Math.ceil(size - 1e-6);
  return { width: whole(width * cos + height * sin), height: whole(width * sin + height * cos) };
}

/** Bilinear; outside is the colour of the upper left pixel, which lies behind the page. */
function turnedPixels(data, { width, height, channels }, size, back) {
  const out = new Uint8Array(size.width * size.height * channels);
  const at = (x, y, channel) => {
    const inside = x >= 0 && x < width && y >= 0 && y < height;
    return data[(inside ? (y * width + x) * channels : 0) + channel];
  };
  let to = 0;
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      const [x, y] = back([column + 0.5, row + 0.5]).map((value) => Math.round((value - 0.5) * 1e6) / 1e6);
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [right, below] = [x - left, y - top];
      for (let channel = 0; channel < channels; channel++) {
        const upper = (1 - right) * at(left, top, channel) + right * at(left + 1, top, channel);
        const lower = (1 - right) * at(left, top + 1, channel) + right * at(left + 1, top + 1, channel);
        out[to++] = Math.round((1 - below) * upper + below * lower);
      }
    }
  }
  return out;
}

/** How the text runs: 0, 90, 180 or 270 degrees clockwise; most characters count. */
function directionOf(lines) {
  const characters = new Map(TURNS.map((turn) => [turn, 0]));
  for (const { text, quad } of lines) {
    const degrees = (Math.atan2(quad[1][1] - quad[0][1], quad[1][0] - quad[0][0]) * 180) / Math.PI;
    const turn = (Math.round(degrees / 90) * 90 + 360) % 360;
    characters.set(turn, characters.get(turn) + text.length);
  }
  return TURNS.reduce((best, turn) => (characters.get(turn) > characters.get(best) ? turn : best));
}

const middle = (quad) => [0, 1].map((axis) => quad.reduce((sum, point) => sum + point[axis], 0) / 4);
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** The farthest corner of each line from where it should be; lines that are read otherwise are left out. */
function displacements(lines, found, place) {
  return lines.flatMap(({ text, quad }) => {
    const wanted = quad.map(place);
    const [nearest] = found
      .filter((other) => other.text === text)
      .sort((a, b) => distance(middle(a.quad), middle(wanted)) - distance(middle(b.quad), middle(wanted)));
    return nearest ? [Math.max(...nearest.quad.map((corner, i) => distance(corner, wanted[i])))] : [];
  });
}

const folder = mkdtempSync(path.join(tmpdir(), 'turned-'));
/** The amount by which the n-th picture lies askew: from a fifth of --askew on, so that none is nearly straight. */
const amount = (n) => (Number(values.askew) * (1 + (n % 5))) / 5;
const variants = TURNS.flatMap((turn) => [
  { group: `${turn}`, turn, askew: 0 },
  { group: `${turn}, askew`, turn, askew: 1 },
  { group: `${turn}, askew`, turn, askew: -1 },
]);
const cases = new Map();
const order = Object.keys(truth).sort();
for (const name of names) {
  const n = order.indexOf(name);
  // Upright by its EXIF rotation, as prediction reads it.
  const { data, info } = await sharp(path.join(values.pictures, name))
    .rotate()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (const [v, variant] of variants.entries()) {
    const degrees = variant.turn + variant.askew * amount(n);
    const file = path.join(folder, `${v}`, `${name}.png`);
    mkdirSync(path.dirname(file), { recursive: true });
    const size = sizeAfter(info, degrees);
    const [place, back] = [mapping(info, size, degrees), mapping(size, info, -degrees)];
    const turned = Buffer.from(turnedPixels(data, info, size, back));
    await sharp(turned, { raw: { ...size, channels: info.channels } })
      .png({ compressionLevel: 1 })
      .toFile(file);
    cases.set(file, { name, ...variant, place, back });
  }
}

const results = new Map();
const options = {
  ...(values.workers && { workers: Number(values.workers) }),
  ...(values['doc-model'] && { docModel: values['doc-model'] }),
};
for await (const { image, result, error } of predictFiles({ images: [...cases.keys()], ...options })) {
  if (error) throw new Error(`${image}: ${error.message}`);
  results.set(image, result);
}
rmSync(folder, { recursive: true });

const untouched = new Map(
  [...cases].filter(([, { group }]) => group === '0').map(([file, { name }]) => [name, results.get(file)]),
);
const groups = new Map();
for (const [file, { name, group, turn, place, back }] of cases) {
  const total = groups.get(group) ?? {
    errors: 0,
    characters: 0,
    right: 0,
    pictures: 0,
    moved: [],
    wrong: [],
  };
  groups.set(group, total);
  const { lines, angle } = results.get(file);
  // Back in the frame of the untouched picture, where the boxes of neighbouring lines do not overlap.
  const found = lines.map(({ text, quad }) => ({ text, quad: quad.map(back) }));
  const { errors, characters } = characterErrors(truth[name], found);
  total.errors += errors;
  if (errors > 0) total.wrong.push(`${name} ${errors} wrong`);
  total.characters += characters;
  total.moved.push(...displacements(untouched.get(name).lines, lines, place));
  if (truth[name].length < LINES) continue;
  total.pictures++;
  if (angle === (directionOf(truth[name]) + turn) % 360) total.right++;
  else total.wrong.push(`${name} by ${angle}`);
}
const rounded = (value, digits) => Number(value.toFixed(digits));
console.table(
  Object.fromEntries(
    [...groups].map(([group, { errors, characters, right, pictures, moved }]) => {
      const sorted = moved.toSorted((a, b) => a - b);
      return [
        group,
        {
          'angle right': `${right} of ${pictures}`,
          wrong: `${errors} of ${characters}`,
          'wrong %': rounded((100 * errors) / characters, 2),
          'quads near %': rounded((100 * moved.filter((by) => by <= NEAR).length) / moved.length, 1),
          'median px': rounded(sorted[sorted.length >> 1], 1),
          '95 % px': rounded(sorted[Math.floor(0.95 * sorted.length)], 1),
        },
      ];
    }),
  ),
);
if (values.list)
  for (const [group, { wrong }] of groups) if (wrong.length > 0) console.log(group, wrong.join(', '));
