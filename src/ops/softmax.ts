/**
 * Softmax of `count` values of `source` from `from` on, `step` apart, written to `target` from 0 on.
 * The largest value is taken off first, so that nothing overflows.
 */
export function softmax(
  source: Float32Array,
  from: number,
  count: number,
  step: number,
  target: Float64Array,
): void {
  let largest = -Infinity;
  for (let i = 0; i < count; i++) largest = Math.max(largest, source[from + i * step]!);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = Math.exp(source[from + i * step]! - largest);
    target[i] = value;
    sum += value;
  }
  for (let i = 0; i < count; i++) target[i]! /= sum;
}
