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

/** Where a result's centre lies in the source, in float32 like cv2. */
const centre = (index: number, step: number): number => fround((index + 0.5) * step - 0.5);

/** INTER_LINEAR's two taps for the results from `start` on. */
export function linearTaps(start: number, count: number, step: number): Taps {
  const first = new Int32Array(count);
  const weights = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const position = centre(start + i, step);
    const whole = Math.floor(position);
    const fraction = fround(position - whole);
    first[i] = whole;
    weights[2 * i] = 1 - fraction;
    weights[2 * i + 1] = fraction;
  }
  return { size: 2, first, weights };
}

/** Weights in 11-bit fixed point, halves rounded to even. */
export function fixedPoint(taps: Taps): Int16Array {
  const { weights } = taps;
  const fixed = new Int16Array(weights.length); // not `from`, which makes an object for every weight
  for (let i = 0; i < weights.length; i++) fixed[i] = roundSmall(weights[i]! * 2048);
  return fixed;
}

/** 1.5 * 2^23: float32 has no bits behind the point there. */
const WHOLE_ONLY = 12_582_912;

/** `roundHalfEven` for values below 2^22, without a branch. */
export function roundSmall(value: number): number {
  return fround(value + WHOLE_ONLY) - WHOLE_ONLY;
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

/**
 * INTER_AREA's two taps where a direction is enlarged: a pixel covers its own square, blended only where two meet.
 */
export function areaLinearTaps(start: number, count: number, step: number): Taps {
  const first = new Int32Array(count);
  const weights = new Float32Array(count * 2);
  const factor = 1 / step;
  for (let i = 0; i < count; i++) {
    const index = start + i;
    const whole = Math.floor(index * step);
    const rest = fround(index + 1 - (whole + 1) * factor);
    const fraction = rest <= 0 ? 0 : fround(rest - Math.floor(rest));
    first[i] = whole;
    weights[2 * i] = 1 - fraction;
    weights[2 * i + 1] = fraction;
  }
  return { size: 2, first, weights };
}

/** INTER_CUBIC's four taps, Keys' kernel with a = -0.75. */
export function cubicTaps(start: number, count: number, step: number): Taps {
  const first = new Int32Array(count);
  const weights = new Float32Array(count * 4);
  for (let i = 0; i < count; i++) {
    const position = centre(start + i, step);
    const whole = Math.floor(position);
    const fraction = fround(position - whole);
    first[i] = whole - 1;
    const outer = farCubic(fround(fraction + 1));
    const near = nearCubic(fraction);
    const next = nearCubic(fround(1 - fraction));
    weights.set([outer, near, next, fround(fround(fround(1 - outer) - near) - next)], 4 * i);
  }
  return { size: 4, first, weights };
}

const A = -0.75;

/** Keys' kernel for distances from 1 to 2, in float32 like cv2. */
function farCubic(x: number): number {
  const inner = fround(fround(fround(fround(A * x) - 5 * A) * x) + 8 * A);
  return fround(fround(inner * x) - 4 * A);
}

/** Keys' kernel for distances from 0 to 1, in float32 like cv2. */
function nearCubic(x: number): number {
  const inner = fround(fround((A + 2) * x) - (A + 3));
  return fround(fround(fround(inner * x) * x) + 1);
}

const SIN_45 = Math.SQRT1_2;
/** Sine and cosine of multiples of -135 degrees, by which OpenCV steps from tap to tap. */
const LANCZOS_STEPS = [
  [1, 0],
  [-SIN_45, -SIN_45],
  [0, 1],
  [SIN_45, -SIN_45],
  [-1, 0],
  [SIN_45, SIN_45],
  [0, -1],
  [-SIN_45, SIN_45],
] as const;

/** INTER_LANCZOS4's eight taps, normalised to a sum of 1. */
export function lanczosTaps(start: number, count: number, step: number): Taps {
  const first = new Int32Array(count);
  const weights = new Float32Array(count * 8);
  for (let i = 0; i < count; i++) {
    const position = centre(start + i, step);
    const whole = Math.floor(position);
    first[i] = whole - 3;
    setLanczos(weights, 8 * i, fround(position - whole));
  }
  return { size: 8, first, weights };
}

function setLanczos(weights: Float32Array, at: number, fraction: number): void {
  const angle = -fround(fraction + 3) * Math.PI * 0.25;
  const sine = Math.sin(angle);
  const cosine = Math.cos(angle);
  let sum = 0;
  LANCZOS_STEPS.forEach(([bySine, byCosine], k) => {
    const distance = fround(fround(fraction + 3) - k);
    const y = -distance * Math.PI * 0.25;
    // A tap at distance 0 takes everything.
    weights[at + k] = Math.abs(distance) >= 1e-6 ? (bySine * sine + byCosine * cosine) / (y * y) : 1e30;
    sum = fround(sum + weights[at + k]!);
  });
  const scale = fround(1 / sum);
  for (let k = 0; k < 8; k++) weights[at + k] = weights[at + k]! * scale;
}
