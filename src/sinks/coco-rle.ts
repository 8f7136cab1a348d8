import type { BinaryRuns } from '../contracts/results.js';

/** A mask as COCO has it: its size, and the runs of its pixels column by column as text. */
export interface CocoRle {
  size: [height: number, width: number];
  counts: string;
}

interface Extent {
  x0: number;
  x1: number;
  y0: number;
  y1: number;
}

/**
 * A mask as COCO's compressed RLE, equal to what `pycocotools.mask.encode` gives for it.
 * @param runs alternately outside and inside, row by row
 * @returns the RLE, and the number of pixels inside
 */
export function cocoRle(width: number, height: number, runs: BinaryRuns): { rle: CocoRle; area: number } {
  let area = 0;
  for (let i = 1; i < runs.length; i += 2) area += runs[i]!;
  return { rle: { size: [height, width], counts: rleText(columnRuns(width, height, runs)) }, area };
}

/** The runs column by column; the first is outside and may be 0. Only the part of the picture that the mask covers is turned. */
function columnRuns(width: number, height: number, runs: BinaryRuns): number[] {
  const extent = extentOf(width, runs);
  if (!extent) return [width * height];
  const { x0, x1, y0, y1 } = extent;
  const rows = y1 - y0;
  const turned = new Uint8Array((x1 - x0) * rows);
  for (const [from, to] of insideSpans(runs)) {
    let x = from % width;
    let y = Math.floor(from / width);
    for (let at = from; at < to; at++) {
      turned[(x - x0) * rows + y - y0] = 1;
      if (++x < width) continue;
      x = 0;
      y++;
    }
  }
  const counts: number[] = [];
  let inside = 0;
  let start = 0;
  const turn = (at: number): void => {
    counts.push(at - start);
    start = at;
    inside = 1 - inside;
  };
  for (let x = x0; x < x1; x++) {
    const first = (x - x0) * rows;
    for (let y = 0; y < rows; y++) if (turned[first + y]! !== inside) turn(x * height + y0 + y);
    if (inside === 1 && rows < height) turn(x * height + y1); // the next column begins outside
  }
  if (inside === 1) turn(x1 * height);
  if (start < width * height) counts.push(width * height - start);
  return counts;
}

/** Half-open spans of pixels inside, row by row. */
function* insideSpans(runs: BinaryRuns): Generator<[from: number, to: number]> {
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const next = at + runs[i]!;
    if (i % 2 === 1 && next > at) yield [at, next];
    at = next;
  }
}

/** The part of the picture that the mask covers; its ends are exclusive. undefined for an empty mask. */
function extentOf(width: number, runs: BinaryRuns): Extent | undefined {
  let extent: Extent | undefined;
  for (const [from, to] of insideSpans(runs)) {
    const top = Math.floor(from / width);
    const bottom = Math.floor((to - 1) / width) + 1;
    const oneRow = bottom - top === 1;
    const left = oneRow ? from % width : 0;
    const right = oneRow ? left + to - from : width;
    extent = {
      x0: Math.min(left, extent?.x0 ?? left),
      x1: Math.max(right, extent?.x1 ?? right),
      y0: extent?.y0 ?? top,
      y1: bottom,
    };
  }
  return extent;
}

/** Bits of a count in one character; the sixth says that more follow. */
const BITS = 5;
const MASK = 0x1f;
const SIGN = 0x10;
const MORE = 0x20;
/** The character `0`. */
const ZERO = 48;

/**
 * Counts as text, as `rleToString` of pycocotools writes them (common/maskApi.c): from the fourth on, the difference to the count
 * before the last, in groups of 5 bits, the lowest first.
 */
function rleText(counts: readonly number[]): string {
  const codes: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!;
    for (let more = true; more;) {
      const bits = rest & MASK;
      rest >>= BITS;
      more = (bits & SIGN) !== 0 ? rest !== -1 : rest !== 0;
      codes.push((more ? bits | MORE : bits) + ZERO);
    }
  }
  return Buffer.from(codes).toString('latin1');
}
