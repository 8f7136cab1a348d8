import { columnRun } from './columns.js';
import { commonDirection, piecesOf, viewedFrom, type LaidLine, type Piece } from './piece.js';
import { bandsOf, rowsOf } from './rows.js';

/**
 * The rows of a page in the order in which they are read: a recursive XY cut that tells columns of text, which are read one
 * after the other, from those of a table, which is read row by row. Text that runs down (columns of Chinese or Japanese)
 * is read from right to left, text upside down from its own upper end.
 * @returns positions of the lines, row by row, the pieces of a row in their order
 */
export function readingRows(lines: readonly LaidLine[]): number[][] {
  return rowsIn(piecesOf(lines)).map((row) => row.map(({ line }) => line));
}

function rowsIn(seen: readonly Piece[]): Piece[][] {
  if (seen.length < 2) return seen.map((piece) => [piece]);
  const pieces = viewedFrom(seen, commonDirection(seen));
  const { before, after } = outside(pieces);
  if (before.length + after.length > 0) {
    const rest = pieces.filter((piece) => !before.includes(piece) && !after.includes(piece));
    return [before, rest, after].flatMap(rowsIn);
  }
  const bands = bandsOf(pieces);
  const run = columnRun(bands);
  if (run) {
    const { from, to, left, right } = run;
    const parts = [bands.slice(0, from).flat(), left, right, bands.slice(to).flat()];
    return parts.flatMap(rowsIn);
  }
  const groups = byDirection(bands);
  if (groups.length > 1) return groups.flatMap(rowsIn);
  return bands.length > 1 ? bands.flatMap(rowsIn) : rowsOf(pieces);
}

/** Text that runs another way than the rest and stands wholly left or right of it: a title over columns, a note at the edge. */
function outside(pieces: readonly Piece[]): { before: Piece[]; after: Piece[] } {
  const common = pieces.filter(({ direction }) => direction === 0);
  const others = pieces.filter(({ direction }) => direction !== 0);
  const start = Math.min(...common.map(({ left }) => left));
  const end = Math.max(...common.map(({ right }) => right));
  return {
    before: others.filter(({ right }) => right <= start),
    after: others.filter(({ left }) => left >= end),
  };
}

/** Neighbouring bands whose text runs the same way, together. */
function byDirection(bands: readonly Piece[][]): Piece[][] {
  const groups: Piece[][] = [];
  let last: number | undefined;
  for (const band of bands) {
    const direction = commonDirection(band);
    if (direction === last) groups.at(-1)!.push(...band);
    else groups.push([...band]);
    last = direction;
  }
  return groups;
}
