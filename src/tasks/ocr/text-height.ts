import type { Picture } from '../../contracts/picture.js';
import type { Quad } from '../../contracts/results.js';

const CHANNELS = 3;
/** A row has ink where its contrast is more than this part of the strongest row's. */
const INK = 0.1;
/** Columns of a line's middle that are looked at. */
const COLUMNS = 256;

/** Sums of the differences from pixel to pixel in each row of a part of a picture. */
function contrastByRow(
  { data, width }: Picture,
  x: number,
  y: number,
  columns: number,
  rows: number,
): Float64Array {
  const contrast = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const first = ((y + row) * width + x) * CHANNELS + 1;
    let sum = 0;
    for (let i = first + CHANNELS; i < first + columns * CHANNELS; i += CHANNELS) {
      sum += Math.abs(data[i]! - data[i - CHANNELS]!);
    }
    contrast[row] = sum;
  }
  return contrast;
}

/** The contrast from which a row holds ink. */
function inkLevel(contrast: Float64Array): number {
  let [least, most] = [Infinity, 0];
  for (const value of contrast) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return least + (most - least) * INK;
}

/** Rows of a line's crop that its letters take, from the top of the tall ones to the foot of the hanging ones. */
export function textHeight(crop: Picture): number {
  const { width, height } = crop;
  const columns = Math.min(width, COLUMNS);
  const contrast = contrastByRow(crop, (width - columns) >> 1, 0, columns, height);
  const level = inkLevel(contrast);
  const strongest = contrast.indexOf(Math.max(...contrast));
  let [top, bottom] = [strongest, strongest];
  while (top > 0 && contrast[top - 1]! > level) top--;
  while (bottom + 1 < height && contrast[bottom + 1]! > level) bottom++;
  return bottom - top + 1;
}

/** The parts of a page that are looked at for text outside of all boxes, in pixels, and how many across and down. */
const PATCH = { width: 96, height: 64, across: 20, down: 28 };
/** Parts with less difference between their darkest and brightest pixel are empty. */
const EMPTY = 60;
/** So many parts with text, and such a part of all, are more than a stray mark. */
const MISSED = { least: 4, share: 0.03 };

/**
 * Height of the letters that stand outside of all boxes, in pixels of the page.
 * @returns undefined if there are none to speak of
 */
export function missedTextHeight(page: Picture, quads: readonly Quad[]): number | undefined {
  const bounds = quads.map((quad) => {
    const [xs, ys] = [quad.map(([x]) => x), quad.map(([, y]) => y)];
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  });
  const heights: number[] = [];
  for (let i = 0; i < PATCH.across * PATCH.down; i++) {
    const x = Math.floor(((page.width - PATCH.width) * (i % PATCH.across)) / (PATCH.across - 1));
    const y = Math.floor(((page.height - PATCH.height) * Math.floor(i / PATCH.across)) / (PATCH.down - 1));
    const covered = bounds.some(
      (box) => box.left < x + PATCH.width && box.right > x && box.top < y + PATCH.height && box.bottom > y,
    );
    if (covered || isEmpty(page, x, y)) continue;
    const height = rowHeight(contrastByRow(page, x, y, PATCH.width, PATCH.height));
    if (height !== undefined) heights.push(height);
  }
  const enough = Math.max(MISSED.least, MISSED.share * PATCH.across * PATCH.down);
  return heights.length >= enough ? heights.sort((a, b) => a - b)[heights.length >> 1] : undefined;
}

/** Judged by every eighth pixel of every fourth row. */
function isEmpty({ data, width }: Picture, x: number, y: number): boolean {
  let [darkest, brightest] = [255, 0];
  for (let row = y; row < y + PATCH.height; row += 4) {
    for (let column = x; column < x + PATCH.width; column += 8) {
      const value = data[(row * width + column) * CHANNELS + 1]!;
      darkest = Math.min(darkest, value);
      brightest = Math.max(brightest, value);
    }
  }
  return brightest - darkest < EMPTY;
}

/** Mean height of at least two rows of ink with blank ones above, between and below; undefined for anything else. */
function rowHeight(contrast: Float64Array): number | undefined {
  const level = inkLevel(contrast);
  const rows: number[] = [];
  let start: number | undefined;
  contrast.forEach((value, y) => {
    if (value > level) {
      if (y > 0 && contrast[y - 1]! <= level) start = y;
    } else if (start !== undefined) {
      rows.push(y - start);
      start = undefined;
    }
  });
  const whole = rows.filter((height) => height > 1);
  return whole.length < 2 ? undefined : whole.reduce((sum, height) => sum + height, 0) / whole.length;
}
