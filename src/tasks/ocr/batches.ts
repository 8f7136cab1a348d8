import { chunks } from '../batch.js';

/** Positions of the lines in batches: narrow lines first, so that a batch's lines are of like width. */
export function batchesByRatio(
  lines: readonly { width: number; height: number }[],
  size: number,
): number[][] {
  const ratio = (i: number): number => lines[i]!.width / lines[i]!.height;
  const order = lines.map((_, i) => i).sort((a, b) => ratio(a) - ratio(b) || a - b);
  return chunks(order, size);
}
