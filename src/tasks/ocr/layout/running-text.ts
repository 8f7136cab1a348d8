import type { Piece } from './piece.js';
import { heightOf, median, middleOf, rowsOf } from './rows.js';

/** Rows whose middles differ by less than this part of the lower one's height are level. */
const LEVEL = 0.3;
/** Pieces closer than this many times their height are one line: a list's number and its text. */
const SAME_LINE = 1;

// Columns with level rows are running text if most of their lines ...
/** ... are at least this many times as long as high, */
const LONG = 9;
/** ... and fill this part of their column, */
const FULL = 0.7;
/** ... and follow each other within this many times their height. Others are the columns of a table. */
const CLOSE = 1.6;
/** Fewer rows tell nothing. */
const FEWEST = 3;

/** Whether pieces left and right of a gutter are read one side after the other, not row by row across the gutter. */
export function areColumns(left: readonly Piece[], right: readonly Piece[]): boolean {
  const { top, bottom } = sharedHeight(left, right);
  const beside = (pieces: readonly Piece[]): Piece[][] =>
    rowsOf(pieces.filter((piece) => piece.bottom > top && piece.top < bottom));
  const [fewer, more] = [beside(left), beside(right)].sort((a, b) => a.length - b.length);
  if (fewer!.length === 0 || more!.length < 2) return false;
  const level = fewer!.filter(([piece]) => more!.some(([other]) => areLevel(piece!, other!)));
  if (2 * level.length < fewer!.length) return true;
  return isRunningText(left, 'right') && isRunningText(right, 'left');
}

/** The usual distance of a row's middle from the next one's; 0 of a single row. */
export function rowDistance(pieces: readonly Piece[]): number {
  const middles = pieces.map(middleOf).sort((a, b) => a - b);
  const least = median(pieces.map(heightOf)) / 2;
  return median(middles.map((y, i) => (i > 0 ? y - middles[i - 1]! : 0)).filter((apart) => apart >= least));
}

function sharedHeight(left: readonly Piece[], right: readonly Piece[]): { top: number; bottom: number } {
  const ends = (end: 'top' | 'bottom', of: (...all: number[]) => number): number[] =>
    [left, right].map((pieces) => of(...pieces.map((piece) => piece[end])));
  return { top: Math.max(...ends('top', Math.min)), bottom: Math.min(...ends('bottom', Math.max)) };
}

const areLevel = (a: Piece, b: Piece): boolean =>
  Math.abs(middleOf(a) - middleOf(b)) < LEVEL * Math.min(heightOf(a), heightOf(b));

/** @param side on which the gutter is: of several columns the one beside it is judged */
function isRunningText(pieces: readonly Piece[], side: 'left' | 'right'): boolean {
  const height = median(pieces.map(heightOf));
  const column = columnBeside(pieces, side, SAME_LINE * height);
  const rows = rowsOf(column);
  if (rows.length < FEWEST || rowDistance(column) > CLOSE * height) return false;
  const lengths = rows.map((row) => Math.max(...row.map(({ right }) => right)) - row[0]!.left);
  const width = Math.max(...lengths);
  const full = lengths.filter((length) => length >= FULL * width);
  return median(lengths) >= LONG * height && 2 * full.length >= rows.length;
}

/** The pieces at the given side, up to the first white that is wide enough. */
function columnBeside(pieces: readonly Piece[], side: 'left' | 'right', white: number): Piece[] {
  const [start, end, sign] =
    side === 'left' ? (['left', 'right', 1] as const) : (['right', 'left', -1] as const);
  const sorted = pieces.toSorted((a, b) => sign * (a[start] - b[start]));
  let reach = sign * sorted[0]![start];
  const count = sorted.findIndex((piece) => {
    if (sign * piece[start] > reach + white) return true;
    reach = Math.max(reach, sign * piece[end]);
    return false;
  });
  return count < 0 ? sorted : sorted.slice(0, count);
}
