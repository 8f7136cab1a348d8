import type { TextBox } from './text-box.js';

/** Boxes whose upper left corners differ by less in y stand in one row. */
const ROW = 10;

/**
 * Boxes from top to bottom and left to right as PaddleOCR orders them: by the upper left corner's y, then x; then
 * each box moves ahead of those of its row that stand to its right.
 */
export function inReadingOrder(boxes: readonly TextBox[]): TextBox[] {
  const x = (i: number): number => sorted[i]!.quad[0][0];
  const y = (i: number): number => sorted[i]!.quad[0][1];
  const sorted = [...boxes].sort((a, b) => a.quad[0][1] - b.quad[0][1] || a.quad[0][0] - b.quad[0][0]);
  for (let i = 1; i < sorted.length; i++) {
    for (let j = i; j > 0 && y(j) - y(j - 1) < ROW && y(j - 1) - y(j) < ROW && x(j) < x(j - 1); j--) {
      [sorted[j - 1], sorted[j]] = [sorted[j]!, sorted[j - 1]!];
    }
  }
  return sorted;
}
