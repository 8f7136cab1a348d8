import { areColumns, rowDistance } from './running-text.js';
import type { Piece } from './piece.js';
import { heightOf, median, middleOf } from './rows.js';

/** The least width of the white between columns, in multiples of the lines' height; boxes hold a margin. */
const GUTTER = 0.3;
/** A band belongs to the run beside it if it is nearer than this many times the distance of the run's rows. */
const NEAR = 2.5;

/** Neighbouring bands, `from` to before `to`, and what stands there left and right of a gutter. */
export interface ColumnRun {
  readonly from: number;
  readonly to: number;
  readonly left: readonly Piece[];
  readonly right: readonly Piece[];
}

/** White between two pieces; the outermost reach to infinity. */
type White = readonly [left: number, right: number];

/** The run of bands with the most pieces that are two columns; undefined if what stands there is read row by row. */
export function columnRun(bands: readonly (readonly Piece[])[]): ColumnRun | undefined {
  const least = GUTTER * median(bands.flat().map(heightOf));
  const whites = bands.map(whitesOf);
  const size = ({ left, right }: ColumnRun): number => left.length + right.length;
  let best: ColumnRun | undefined;
  for (let from = 0; from < bands.length; from++) {
    for (const { gutter, to } of guttersFrom(whites, from, least)) {
      const run = runAt(bands, from, to, (gutter[0] + gutter[1]) / 2);
      if (run && (!best || size(run) > size(best)) && areColumns(run.left, run.right)) best = run;
    }
  }
  return best;
}

/** The gutters that a band shares with those below it, and the band before which each ends. */
function guttersFrom(
  whites: readonly White[][],
  from: number,
  least: number,
): { gutter: White; to: number }[] {
  const found: { gutter: White; to: number }[] = [];
  let open = whites[from]!.filter(([left, right]) => right - left >= least);
  for (let to = from + 1; open.length > 0; to++) {
    const next = to < whites.length ? sharedWhites(open, whites[to]!, least) : [];
    for (const gutter of open) {
      const goesOn = next.some(([left, right]) => left >= gutter[0] && right <= gutter[1]);
      if (!goesOn && gutter.every(Number.isFinite)) found.push({ gutter, to });
    }
    open = next;
  }
  return found;
}

function whitesOf(band: readonly Piece[]): White[] {
  const whites: White[] = [];
  let end = -Infinity;
  for (const { left, right } of band.toSorted((a, b) => a.left - b.left)) {
    if (left > end) whites.push([end, left]);
    end = Math.max(end, right);
  }
  return [...whites, [end, Infinity]];
}

function sharedWhites(some: readonly White[], others: readonly White[], least: number): White[] {
  return some.flatMap(([left, right]) =>
    others
      .map(([otherLeft, otherRight]): White => [Math.max(left, otherLeft), Math.min(right, otherRight)])
      .filter((white) => white[1] - white[0] >= least),
  );
}

/**
 * The bands from the first to the last that has pieces on both sides, and the ones next to them that stand near; undefined
 * if none has.
 */
function runAt(
  bands: readonly (readonly Piece[])[],
  start: number,
  end: number,
  x: number,
): ColumnRun | undefined {
  const isLeft = (piece: Piece): boolean => piece.right <= x;
  const hasBoth = (band: readonly Piece[]): boolean => band.some(isLeft) && !band.every(isLeft);
  const within = bands.slice(start, end);
  let from = start + within.findIndex(hasBoth);
  let to = start + within.findLastIndex(hasBoth) + 1;
  if (from < start) return undefined;
  const near = NEAR * rowDistance(bands.slice(from, to).flat());
  const apart = (above: number): number =>
    Math.min(...bands[above + 1]!.map(middleOf)) - Math.max(...bands[above]!.map(middleOf));
  if (to - from > 2 && apart(from) > near) from++;
  else while (from > start && apart(from - 1) <= near) from--;
  if (to - from > 2 && apart(to - 2) > near) to--;
  else while (to < end && apart(to - 1) <= near) to++;
  const pieces = bands.slice(from, to).flat();
  return { from, to, left: pieces.filter(isLeft), right: pieces.filter((piece) => !isLeft(piece)) };
}
