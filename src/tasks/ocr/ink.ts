import type { Picture } from '../../contracts/picture.js';

const CHANNELS = 3;
/** A column or row without ink: of what those with much of it hold beyond the emptiest one. */
const BLANK_SHARE = 0.1;
const MUCH = 0.75;

/** One pixel of so many tells the brightness of the paper. */
const SAMPLED = 5;

/** Columns or rows from `from` up to, but not with, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** How much each column of a picture differs from its commonest brightness, summed over its rows. */
export function inkByColumn({ data, width, height }: Picture): Float64Array {
  const paper = paperOf(data);
  const ink = new Float64Array(width);
  for (let y = 0, i = 1; y < height; y++) {
    for (let x = 0; x < width; x++, i += CHANNELS) ink[x]! += Math.abs(data[i]! - paper);
  }
  return ink;
}

/** The same for each row. */
function inkByRow({ data, width, height }: Picture): Float64Array {
  const paper = paperOf(data);
  const ink = new Float64Array(height);
  for (let y = 0, i = 1; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++, i += CHANNELS) sum += Math.abs(data[i]! - paper);
    ink[y] = sum;
  }
  return ink;
}

function paperOf(data: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (let i = 1; i < data.length; i += SAMPLED * CHANNELS) counts[data[i]!]!++;
  return counts.indexOf(Math.max(...counts));
}

/** What a column or row holds at most where it counts as blank. */
export function blankLevel(ink: Float64Array): number {
  const sorted = ink.slice().sort();
  const [least, much] = [sorted[0] ?? 0, sorted[Math.floor(MUCH * ink.length)] ?? 0];
  return least + BLANK_SHARE * (much - least);
}

/** The range within `whole` without what is blank at its ends; at least `kept`. */
export function trimmed(ink: Float64Array, blank: number, whole: Range, kept: Range): Range {
  let { from, to } = whole;
  while (from < kept.from && ink[from]! <= blank) from++;
  while (to > kept.to && ink[to - 1]! <= blank) to--;
  return { from, to };
}

/** The rows of a line that its ink reaches. */
export function inkRows(line: Picture): Range {
  const ink = inkByRow(line);
  const middle = line.height / 2;
  return trimmed(ink, blankLevel(ink), { from: 0, to: line.height }, { from: middle, to: middle });
}

/** The height of a line's ink, in rows. */
export function inkHeight(line: Picture): number {
  const { from, to } = inkRows(line);
  return to - from;
}

/** The widest blank run between two columns; without one, the place with the least ink. */
export function widestGap(ink: Float64Array, blank: number, left: number, right: number): Range {
  const first = Math.ceil(left);
  const last = Math.max(first, Math.floor(right));
  let widest: Range = { from: first, to: first };
  let least = first;
  for (let column = first; column <= last; column++) {
    if (ink[column]! < ink[least]!) least = column;
    const from = column;
    while (column <= last && ink[column]! <= blank) column++;
    if (column - from > widest.to - widest.from) widest = { from, to: column };
  }
  return widest.to > widest.from ? widest : { from: least, to: least };
}
