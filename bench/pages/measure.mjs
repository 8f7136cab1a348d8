// What was read on rendered pages against what stands there.
// Usage: node bench/pages/measure.mjs RECORDS.jsonl pages.json [--each]
// By kind of page: wrong characters in a hundred without and with spaces (lines are compared in place, whatever their
// order), the normalised edit distance of the page's `text` (that also counts order and rows), pages whose `angle` is
// the one they were turned by, and, where words were asked for, the share of words with an IoU of at least 0.5.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { characterErrors, editDistance } from '../character-errors.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { each: { type: 'boolean', default: false } },
});
const [recordsFile, pagesFile] = positionals;
const pages = JSON.parse(readFileSync(pagesFile, 'utf8'));
const records = readFileSync(recordsFile, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));

const rows = (text) =>
  text
    .normalize('NFKC')
    .split('\n')
    .map((row) => row.trim().replace(/\s+/g, ' '))
    .filter(Boolean)
    .join('\n');

function iou(a, b) {
  const bounds = (quad) =>
    [0, 1].map((axis) => quad.map((point) => point[axis])).map((all) => [Math.min(...all), Math.max(...all)]);
  const [[ax0, ax1], [ay0, ay1]] = bounds(a);
  const [[bx0, bx1], [by0, by1]] = bounds(b);
  const width = Math.max(0, Math.min(ax1, bx1) - Math.max(ax0, bx0));
  const height = Math.max(0, Math.min(ay1, by1) - Math.max(ay0, by0));
  const shared = width * height;
  return shared / ((ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - shared);
}

function measure(record, page) {
  const { lines, text = '', angle } = record.result ?? { lines: [] };
  const plain = characterErrors(page.lines, lines);
  const spaced = characterErrors(page.lines, lines, true);
  const known = [...rows(page.text)];
  const found = lines.flatMap(({ words = [] }) => words);
  const truth = page.lines.flatMap(({ words }) => words);
  const placed = truth.filter((word) => found.some((other) => iou(word.quad, other.quad) >= 0.5)).length;
  return {
    ...{ errors: plain.errors, characters: plain.characters },
    ...{ spacedErrors: spaced.errors, spacedCharacters: spaced.characters },
    ...{ order: editDistance(known, [...rows(text)]), length: known.length },
    ...{ pages: 1, angles: Number((angle ?? 0) === page.turn) },
    ...{ words: found.length > 0 ? truth.length : 0, placed: found.length > 0 ? placed : 0 },
  };
}

const totals = {};
for (const record of records) {
  const name = path.basename(record.image);
  const page = pages[name];
  if (!page) continue;
  const figures = measure(record, page);
  const keys = values.each ? [name] : [page.kind, 'all'];
  for (const key of keys) {
    const total = (totals[key] ??= {});
    for (const [figure, value] of Object.entries(figures)) total[figure] = (total[figure] ?? 0) + value;
  }
}
const percent = (part, whole) => (whole > 0 ? Number(((100 * part) / whole).toFixed(2)) : '');
const table = Object.entries(totals).map(([of, t]) => ({
  of,
  'wrong %': percent(t.errors, t.characters),
  'with spaces %': percent(t.spacedErrors, t.spacedCharacters),
  'text %': percent(t.order, t.length),
  'angle right': `${t.angles} of ${t.pages}`,
  'words placed %': percent(t.placed, t.words),
}));
console.table(table.sort((a, b) => (a.of === 'all' ? 1 : b.of === 'all' ? -1 : a.of.localeCompare(b.of))));
