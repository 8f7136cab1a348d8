/**
 * The taps of one direction: result `i` is the sum over k of weights[i * size + k] * source[first[i] + k].
 * Indices that lie outside of the source mean its nearest end.
 */
export interface Taps {
  readonly size: number;
  readonly first: Int32Array;
  /** As cv2 has them: float32. */
  readonly weights: Float32Array;
}

const { fround } = Math;

/** Where a result's centre lies in the source: its whole part and, in float32 like cv2, its fraction. */
function centre(index: number, step: number): { whole: number; fraction: number } {
  const position = fround((index + 0.5) * step - 0.5);
  const whole = Math.floor(position);
  return { whole, fraction: fround(position - whole) };
}

/** INTER_LINEAR's two taps for the results from `start` on. */
export function linearTaps(start: number, count: number, step: number): Taps {
  const first = new Int32Array(count);
  const weights = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const { whole, fraction } = centre(start + i, step);
    first[i] = whole;
    weights[2 * i] = 1 - fraction;
    weights[2 * i + 1] = fraction;
  }
  return { size: 2, first, weights };
}

/** Weights in 11-bit fixed point, halves rounded to even. */
export function fixedPoint(taps: Taps): Int16Array {
  return Int16Array.from(taps.weights, (weight) => roundHalfEven(weight * 2048));
}

/** The nearest whole number; halves go to the even one, as cvRound and Python's round do. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Horizontal taps of size 2 made safe to read without a look at the edges: where a tap would lie outside,
 * the weight goes to the end pixel. Only for a source of at least two pixels.
 */
export function insideLinearTaps(taps: Taps, length: number): Taps {
  const { first, weights } = taps;
  for (let i = 0; i < first.length; i++) {
    const at = first[i]!;
    if (at >= 0 && at < length - 1) continue;
    first[i] = at < 0 ? 0 : length - 2;
    weights[2 * i] = at < 0 ? 1 : 0;
    weights[2 * i + 1] = at < 0 ? 0 : 1;
  }
  return taps;
}
