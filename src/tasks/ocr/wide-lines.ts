import type { Picture } from '../../contracts/picture.js';
import { BLANK, type CtcSteps } from '../../ops/ctc.js';
import type { PlacedSteps } from './reading.js';

/** A part of a line and where it starts in it. */
export interface LinePart {
  readonly picture: Picture;
  /** Columns of the line to the left of the part. */
  readonly left: number;
}

/** How wide lines are cut, in multiples of a line's height. */
export interface WideLines {
  readonly part: number;
  readonly overlap: number;
}

const CHANNELS = 3;

/** The line in parts of equal width that overlap. */
export function cutLine(line: Picture, { part, overlap }: WideLines): LinePart[] {
  const { width, height } = line;
  const partWidth = Math.min(width, Math.round(part * height));
  const count = Math.max(1, Math.ceil((width - partWidth) / ((part - overlap) * height)) + 1);
  return Array.from({ length: count }, (_, i) => {
    const left = count === 1 ? 0 : Math.round((i * (width - partWidth)) / (count - 1));
    return { picture: columns(line, left, partWidth), left };
  });
}

function columns(line: Picture, left: number, width: number): Picture {
  const data = new Uint8Array(width * line.height * CHANNELS);
  for (let y = 0; y < line.height; y++) {
    const from = (y * line.width + left) * CHANNELS;
    data.set(line.data.subarray(from, from + width * CHANNELS), y * width * CHANNELS);
  }
  return { ...line, data, width };
}

/** The time steps of one part; the last ones may belong to what fills the part up. */
export interface PartSteps extends CtcSteps {
  readonly left: number;
  readonly width: number;
  /** Columns of the line that one step stands for. */
  readonly columnsPerStep: number;
}

/**
 * The time steps of a line from those of its parts: from one part to the next in the middle of what both have, or at the
 * step nearest to it where both see no character, so that none is lost or doubled.
 */
export function joinSteps(parts: readonly PartSteps[]): PlacedSteps {
  const best: number[] = [];
  const score: number[] = [];
  const column: number[] = [];
  let first = 0;
  parts.forEach((part, i) => {
    const next = parts[i + 1];
    const seam = next && seamOf(part, next);
    const end = seam ? seam.end : part.best.length;
    for (let step = first; step < end; step++) {
      best.push(part.best[step]!);
      score.push(part.score[step]!);
      column.push(part.left + (step + 0.5) * part.columnsPerStep);
    }
    first = seam?.start ?? 0;
  });
  const { left, width } = parts.at(-1)!;
  return {
    best: Int32Array.from(best),
    score: Float32Array.from(score),
    at: Float32Array.from(column, (value) => value / (left + width)),
  };
}

/** Where to leave a part and where to go on in the next: steps of each. */
function seamOf(part: PartSteps, next: PartSteps): { end: number; start: number } {
  const { columnsPerStep } = part;
  const middle = (next.left + part.left + part.width) / 2;
  const end = Math.round((middle - part.left) / columnsPerStep);
  const most = Math.floor((part.left + part.width - middle) / columnsPerStep);
  const start = aligned(part, next, end, Math.round((middle - next.left) / columnsPerStep), most);
  const isGap = (by: number): boolean => part.best[end + by] === BLANK && next.best[start + by] === BLANK;
  for (let far = 0; far <= most / 2; far++) {
    for (const by of [far, -far]) {
      if (isGap(by) && isGap(by - 1)) return { end: end + by, start: start + by };
    }
  }
  return { end, start };
}

/**
 * Steps by which the same character may stand elsewhere in two parts: a narrow one is only two steps wide, so that the next
 * one would be left out or come twice.
 */
const SHIFTS = [0, -1, 1, -2, 2];

/** The step of the next part that is step `end` of a part, at `start` or nearby: where most characters around are alike. */
function aligned(part: PartSteps, next: PartSteps, end: number, start: number, most: number): number {
  let best = { start, alike: -1 };
  for (const shift of SHIFTS) {
    let alike = 0;
    for (let by = -most; by < most; by++) {
      const character = part.best[end + by];
      if (character !== undefined && character !== BLANK && character === next.best[start + shift + by])
        alike++;
    }
    if (alike > best.alike) best = { start: start + shift, alike };
  }
  return best.start;
}
