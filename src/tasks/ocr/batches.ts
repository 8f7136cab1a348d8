/** Consecutive parts of a list, each of `size` but the last. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Positions of the lines in batches: narrow lines first, so that a batch's lines are of like width. */
export function batchesByRatio(
  lines: readonly { width: number; height: number }[],
  size: number,
): number[][] {
  const ratio = (i: number): number => lines[i]!.width / lines[i]!.height;
  const order = lines.map((_, i) => i).sort((a, b) => ratio(a) - ratio(b) || a - b);
  return chunks(order, size);
}
