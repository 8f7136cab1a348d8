// Renders pages of known text, order, angle and word boxes, to measure OCR with.
// Usage: node bench/pages/render.mjs DIRECTORY [options]
//   --kinds letter,columns,receipt,table,form,vertical   (also: chinese)
//   --count 40            pages in all, the kinds in turn
//   --dpi 150,200,300  --pt 8,10,12                        the pages of a kind take them in turn
//   --font sans,serif,bold,mono,condensed,oblique,FILE.ttf
//   --cjk FILE            font of Chinese characters (Debian: package fonts-noto-cjk)
//   --turn 0,90,180,270   degrees clockwise by which the finished page is turned
//   --askew 0             degrees clockwise by which the page lies askew, -n to n by turns
//   --scan                grey paper, blur, noise and JPEG, as a scanner gives them
//   --seed 1
// Writes one picture a page and pages.json: {picture: {kind, pt, dpi, width, height, turn, askew, text, lines}};
// `text` is what a person reads, row by row; lines are {text, quad, words: [{text, quad}]}, quads clockwise from where
// the text starts.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { openFont } from './canvas.mjs';
import { COMMON_KINDS, LAYOUTS } from './layouts.mjs';
import { generator, Writer } from './text.mjs';

const NOTO = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kinds: { type: 'string', default: COMMON_KINDS.join(',') },
    count: { type: 'string', default: '40' },
    dpi: { type: 'string', default: '150,200,300' },
    pt: { type: 'string', default: '8,10,12,9' },
    font: { type: 'string', default: 'sans,serif,bold,mono,condensed' },
    cjk: { type: 'string', default: NOTO },
    turn: { type: 'string', default: '0' },
    askew: { type: 'string', default: '0' },
    scan: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});
const [directory] = positionals;
const kinds = values.kinds.split(',');
const unknown = kinds.find((kind) => !Object.hasOwn(LAYOUTS, kind));
if (!directory || unknown !== undefined) {
  console.error(
    unknown ? `unknown kind "${unknown}"` : 'usage: node bench/pages/render.mjs DIRECTORY [options]',
  );
  process.exit(2);
}
const chinese = kinds.find((kind) => ['vertical', 'chinese'].includes(kind));
if (chinese !== undefined && !existsSync(values.cjk)) {
  console.error(
    `${chinese} pages need a Chinese font: ${values.cjk} is missing (name one with --cjk, or leave the kind out)`,
  );
  process.exit(2);
}

const at = (list, i) => list[i % list.length];
const numbers = (list) => list.split(',').map(Number);
const [resolutions, sizes, turns] = [values.dpi, values.pt, values.turn].map(numbers);
const latin = values.font.split(',').map(openFont);
const wide = existsSync(values.cjk) ? [openFont(values.cjk)] : [];

/** Takes points of the upright page to the finished picture: askew about the middle, then by quarters. */
function mapping(width, height, askew, turn) {
  const radians = (askew * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return ([px, py]) => {
    const [dx, dy] = [px - width / 2, py - height / 2];
    const x = width / 2 + dx * cos - dy * sin;
    const y = height / 2 + dx * sin + dy * cos;
    const turned = { 0: [x, y], 90: [height - y, x], 180: [width - x, height - y], 270: [y, width - x] }[
      turn
    ];
    return turned.map((value) => Math.round(value * 10) / 10);
  };
}

async function scanned(png, random) {
  const { data, info } = await sharp(png).blur(0.6).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  for (let i = 0; i < data.length; i += 3) {
    const noise = (random() + random() + random() - 1.5) * 14;
    for (let k = i; k < i + 3; k++) data[k] = Math.max(0, Math.min(255, data[k] + noise));
  }
  return sharp(data, { raw: info }).jpeg({ quality: 80 }).toBuffer();
}

mkdirSync(directory, { recursive: true });
const pages = {};
const width = String(Number(values.count) - 1).length;
for (let i = 0; i < Number(values.count); i++) {
  const kind = at(kinds, i);
  // The pages of a kind take every resolution at one size, then at the next; each kind begins with another size.
  const nth = Math.floor(i / kinds.length);
  const first = i % kinds.length;
  const dpi = at(resolutions, nth);
  const pt = at(sizes, first + Math.floor(nth / resolutions.length));
  const turn = at(turns, first + nth);
  const askew = Number(values.askew) * (generator(i)() * 2 - 1);
  const unit = dpi / 72;
  const writer = new Writer(Number(values.seed) * 1000 + i);
  const fonts = ['vertical', 'chinese'].includes(kind) ? wide : [at(latin, first + nth), ...wide];
  const { canvas, rows } = LAYOUTS[kind]({ fonts, writer, unit, size: pt * unit });
  const upright = await canvas.pixels({ askew, ...(values.scan && { paper: '#f0eee8', ink: '#2a2a30' }) });
  const turned = await sharp(upright).rotate(turn).png({ palette: true, colours: 16 }).toBuffer();
  const name = `${kind}_${String(i).padStart(width, '0')}.${values.scan ? 'jpg' : 'png'}`;
  writeFileSync(path.join(directory, name), values.scan ? await scanned(turned, generator(i + 1)) : turned);
  const place = mapping(canvas.width, canvas.height, askew, turn);
  const placed = ({ text, quad, words }) => ({
    text,
    quad: quad.map(place),
    ...(words && { words: words.map(placed) }),
  });
  pages[name] = {
    ...{ kind, pt, dpi, turn, askew: Math.round(askew * 100) / 100 },
    ...(turn % 180 === 0
      ? { width: canvas.width, height: canvas.height }
      : { width: canvas.height, height: canvas.width }),
    text: rows.join('\n'),
    lines: canvas.lines.map(placed),
  };
}
writeFileSync(path.join(directory, 'pages.json'), `${JSON.stringify(pages)}\n`);
console.log(`${Object.keys(pages).length} pages in ${directory}`);
