import type { Piece } from './piece.js';

/** Pieces whose middles differ by less than this part of the lower one's height stand in one row. */
const SAME_ROW = 0.5;
/** How much of its height a piece loses at the top and at the foot before rows are told apart: boxes hold a margin. */
const MARGIN = 0.15;

export const heightOf = ({ top, bottom }: Piece): number => bottom - top;
export const middleOf = ({ top, bottom }: Piece): number => (top + bottom) / 2;

/** Pieces in bands from top to bottom: no piece of a band stands beside one of another. */
export function bandsOf(pieces: readonly Piece[]): Piece[][] {
  const bands: Piece[][] = [];
  let end = -Infinity;
  const top = (piece: Piece): number => piece.top + MARGIN * heightOf(piece);
  for (const piece of pieces.toSorted((a, b) => top(a) - top(b) || a.left - b.left)) {
    if (top(piece) < end) bands.at(-1)!.push(piece);
    else bands.push([piece]);
    end = Math.max(end, piece.bottom - MARGIN * heightOf(piece));
  }
  return bands;
}

/** Pieces in rows from top to bottom, each row from left to right. */
export function rowsOf(pieces: readonly Piece[]): Piece[][] {
  const rows: Piece[][] = [];
  for (const piece of pieces.toSorted((a, b) => middleOf(a) - middleOf(b) || a.left - b.left)) {
    const row = rows.findLast((other) => other.every((one) => standBeside(one, piece)));
    if (row) row.push(piece);
    else rows.push([piece]);
  }
  return rows.map((row) => row.sort((a, b) => a.left - b.left || a.top - b.top));
}

/** Whether two pieces stand in one row: at the same height, and neither over the other. */
function standBeside(a: Piece, b: Piece): boolean {
  const apart = Math.abs(middleOf(a) - middleOf(b));
  const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const narrower = Math.min(a.right - a.left, b.right - b.left);
  return apart < SAME_ROW * Math.min(heightOf(a), heightOf(b)) && shared < narrower / 2;
}

/** The middle of what is left of numbers when the lower and the upper half are taken away in turn; 0 of none. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}
