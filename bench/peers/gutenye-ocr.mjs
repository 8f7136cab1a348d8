// @gutenye/ocr-node over a folder. Usage: node gutenye-ocr.mjs PICTURES OUT.jsonl, where the package can be found.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { watchPeak } from '../pss.mjs';

const [folder, out] = process.argv.slice(2);
const found = createRequire(path.join(process.cwd(), 'x.js')).resolve('@gutenye/ocr-node');
const { default: Ocr } = await import(pathToFileURL(found).href);
const ocr = await Ocr.create();
const names = fs
  .readdirSync(folder)
  .filter((name) => /\.(png|jpe?g)$/i.test(name))
  .sort();
const records = [];
const look = watchPeak(250);
const start = performance.now();
for (const image of names) {
  const lines = await ocr.detect(path.join(folder, image));
  look();
  records.push({ image, lines: lines.map(({ text, box }) => ({ text, quad: box })) });
}
const seconds = (performance.now() - start) / 1000;
fs.writeFileSync(out, records.map((record) => JSON.stringify(record)).join('\n'));
console.log(JSON.stringify({ images: names.length, seconds, pssMiB: look() }));
