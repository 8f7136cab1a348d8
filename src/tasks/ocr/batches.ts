import { chunks } from '../batch.js';

/** Positions of the lines in batches: narrow lines first, so that a batch's lines are of like width. */
export function batchesByRatio(
  lines: readonly { width: number; height: number }[],
  size: number,
): number[][] {
  return chunks(byRatio(lines), size);
}

/**
 * The same with lines of equal input width alone in a batch: none is filled up for another's sake.
 * @param columns most columns of input that the lines of a batch have together; a single line may have more
 */
export function batchesOfEqualWidth<Line extends { width: number; height: number }>(
  lines: readonly Line[],
  size: number,
  inputWidth: (line: Line) => number,
  columns = Infinity,
): number[][] {
  const byWidth = new Map<number, number[]>();
  for (const position of byRatio(lines)) {
    const width = inputWidth(lines[position]!);
    const same = byWidth.get(width);
    if (same) same.push(position);
    else byWidth.set(width, [position]);
  }
  return [...byWidth].flatMap(([width, positions]) =>
    chunks(positions, Math.max(1, Math.min(size, Math.floor(columns / width)))),
  );
}

function byRatio(lines: readonly { width: number; height: number }[]): number[] {
  const ratio = (i: number): number => lines[i]!.width / lines[i]!.height;
  return lines.map((_, i) => i).sort((a, b) => ratio(a) - ratio(b) || a - b);
}
