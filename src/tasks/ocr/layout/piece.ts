import type { Quad } from '../../../contracts/results.js';
import type { QuarterTurn } from '../../../ops/turn-pixels.js';

/** A line of text on a page. */
export interface LaidLine {
  readonly quad: Quad;
  /** The way in which the line runs, to the nearest quarter: 0 to the right, 90 down, and so on. */
  readonly direction: QuarterTurn;
}

/** A line's bounds, seen so that lines of one direction run to the right and follow each other downwards. */
export interface Piece {
  /** Position in the list of lines. */
  readonly line: number;
  /** The way in which the line runs in this view. */
  readonly direction: QuarterTurn;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The lines of a page with the page's skew taken out. */
export function piecesOf(lines: readonly LaidLine[]): Piece[] {
  const skew = skewOf(lines);
  const [cos, sin] = [Math.cos(skew), Math.sin(skew)];
  return lines.map(({ quad, direction }, line) => {
    const xs = quad.map(([x, y]) => x * cos + y * sin);
    const ys = quad.map(([x, y]) => y * cos - x * sin);
    return {
      ...{ line, direction, left: Math.min(...xs), right: Math.max(...xs) },
      ...{ top: Math.min(...ys), bottom: Math.max(...ys) },
    };
  });
}

/** The direction in which most of the text runs, by length. */
export function commonDirection(pieces: readonly Piece[]): QuarterTurn {
  const lengths: Record<QuarterTurn, number> = { 0: 0, 90: 0, 180: 0, 270: 0 };
  for (const { direction, left, right, top, bottom } of pieces) {
    lengths[direction] += direction % 180 === 0 ? right - left : bottom - top;
  }
  const directions = [0, 90, 180, 270] as const;
  return directions.reduce<QuarterTurn>((best, next) => (lengths[next] > lengths[best] ? next : best), 0);
}

/** The pieces seen so that those of `direction` run to the right. */
export function viewedFrom(pieces: readonly Piece[], direction: QuarterTurn): readonly Piece[] {
  if (direction === 0) return pieces;
  return pieces.map((piece) => {
    const { left, right, top, bottom } = piece;
    const turned = ((piece.direction - direction + 360) % 360) as QuarterTurn;
    switch (direction) {
      case 90:
        return { ...piece, direction: turned, left: top, right: bottom, top: -right, bottom: -left };
      case 180:
        return { ...piece, direction: turned, left: -right, right: -left, top: -bottom, bottom: -top };
      case 270:
        return { ...piece, direction: turned, left: -bottom, right: -top, top: left, bottom: right };
    }
  });
}

/** Radians by which the page lies askew: the median of the lines' slopes, long lines counting more. */
function skewOf(lines: readonly LaidLine[]): number {
  const slopes = lines.map(({ quad }) => {
    const [a, b] = longerSide(quad);
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const angle = Math.atan2(dy, dx);
    const quarter = Math.PI / 2;
    return { slope: angle - Math.round(angle / quarter) * quarter, length: Math.hypot(dx, dy) };
  });
  slopes.sort((a, b) => a.slope - b.slope);
  let rest = slopes.reduce((sum, { length }) => sum + length, 0) / 2;
  return slopes.find(({ length }) => (rest -= length) <= 0)?.slope ?? 0;
}

function longerSide([a, b, c]: Quad): [Quad[0], Quad[0]] {
  const length = (from: Quad[0], to: Quad[0]): number => Math.hypot(to[0] - from[0], to[1] - from[1]);
  return length(a, b) >= length(b, c) ? [a, b] : [b, c];
}
