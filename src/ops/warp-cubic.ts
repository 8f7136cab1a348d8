import { roundHalfEven } from './round.js';
import { invertMatrix3, type Matrix3 } from './perspective.js';

/** An 8-bit picture of three interleaved channels. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Positions are taken to 1/32 of a pixel, weights to 1/32768. */
const STEPS = 32;
const WEIGHT_BITS = 15;
const HALF = 1 << (WEIGHT_BITS - 1);
const TAPS = 4;
const CHANNELS = 3;

/** The four weights of a cubic with a = -0.75 at `x` of a step, in float32. */
function cubicWeights(x: number): number[] {
  const f = Math.fround;
  const a = -0.75;
  const outer = f(x + 1);
  const inner = f(1 - x);
  const w0 = f(f(f(f(f(a * outer) - 5 * a) * outer) + 8 * a) * outer) - 4 * a;
  const w1 = f(f(f(f(f(f((a + 2) * x) - (a + 3)) * x) * x) + 1));
  const w2 = f(f(f(f(f((a + 2) * inner) - (a + 3)) * inner) * inner) + 1);
  return [f(w0), w1, w2, f(f(f(1 - f(w0)) - w1) - w2)];
}

/** 16 weights for each of the 32 x 32 parts of a pixel; each 16 sum to 1 << 15 exactly. */
function weightTable(): Int16Array {
  const table = new Int16Array(STEPS * STEPS * TAPS * TAPS);
  const lines = Array.from({ length: STEPS }, (_, i) => cubicWeights(i / STEPS));
  const one = 1 << WEIGHT_BITS;
  for (let part = 0; part < STEPS * STEPS; part++) {
    const weights = table.subarray(part * TAPS * TAPS, (part + 1) * TAPS * TAPS);
    const vertical = lines[Math.floor(part / STEPS)]!;
    const horizontal = lines[part % STEPS]!;
    let sum = 0;
    for (let k = 0; k < TAPS * TAPS; k++) {
      const product = Math.fround(vertical[k >> 2]! * horizontal[k & 3]!);
      weights[k] = Math.min(one - 1, roundHalfEven(Math.fround(product * one)));
      sum += weights[k]!;
    }
    // What rounding took or added goes to the largest, or the smallest, of the four lower right weights.
    let least = 10;
    let most = 10;
    for (const k of [10, 11, 14, 15]) {
      if (weights[k]! < weights[least]!) least = k;
      else if (weights[k]! > weights[most]!) most = k;
    }
    const target = sum < one ? most : least;
    weights[target] = weights[target]! + one - sum;
  }
  return table;
}

let weights: Int16Array | undefined;

/** Sixteen pixels weighed, around a position at the picture's edge: the edge is repeated outwards. */
function edgePixel(
  source: Pixels,
  x: number,
  y: number,
  table: Int16Array,
  at: number,
  channel: number,
): number {
  const { data, width, height } = source;
  let sum = HALF;
  for (let ky = 0; ky < TAPS; ky++) {
    const row = Math.min(Math.max(y + ky, 0), height - 1) * width;
    for (let kx = 0; kx < TAPS; kx++) {
      const column = Math.min(Math.max(x + kx, 0), width - 1);
      sum += table[at + ky * TAPS + kx]! * data[(row + column) * CHANNELS + channel]!;
    }
  }
  return sum >> WEIGHT_BITS;
}

/**
 * Warps a part of a picture: `cv2.warpPerspective` with INTER_CUBIC and BORDER_REPLICATE on 8-bit pixels, with
 * OpenCV's fixed-point positions and weights.
 * @param matrix takes source positions to output positions
 * @param out where the first output pixel goes is `origin`; `stepX` and `stepY` are bytes from one output pixel
 *   to the next in x and y, so that a turned picture can be written
 */
export function warpPerspectiveCubic(
  source: Pixels,
  matrix: Matrix3,
  width: number,
  height: number,
  out: Uint8Array,
  origin: number,
  stepX: number,
  stepY: number,
): void {
  weights ??= weightTable();
  const table = weights;
  const m = invertMatrix3(matrix);
  const { data } = source;
  const stride = source.width * CHANNELS;
  const lastX = source.width - TAPS;
  const lastY = source.height - TAPS;
  for (let y = 0; y < height; y++) {
    const baseX = m[1]! * y + m[2]!;
    const baseY = m[4]! * y + m[5]!;
    const baseW = m[7]! * y + m[8]!;
    for (let x = 0; x < width; x++) {
      const w = baseW + m[6]! * x;
      const scale = w === 0 ? 0 : STEPS / w;
      const fixedX = roundHalfEven((baseX + m[0]! * x) * scale);
      const fixedY = roundHalfEven((baseY + m[3]! * x) * scale);
      const part = (fixedY & (STEPS - 1)) * STEPS + (fixedX & (STEPS - 1));
      const left = (fixedX >> 5) - 1;
      const top = (fixedY >> 5) - 1;
      const to = origin + y * stepY + x * stepX;
      const at = part * TAPS * TAPS;
      if (left >= 0 && top >= 0 && left <= lastX && top <= lastY) {
        let i = top * stride + left * CHANNELS;
        if (part === 0) {
          i += stride + CHANNELS;
          out[to] = data[i]!;
          out[to + 1] = data[i + 1]!;
          out[to + 2] = data[i + 2]!;
          continue;
        }
        let red = HALF;
        let green = HALF;
        let blue = HALF;
        for (let k = at; k < at + TAPS * TAPS; k += TAPS, i += stride) {
          const w0 = table[k]!;
          const w1 = table[k + 1]!;
          const w2 = table[k + 2]!;
          const w3 = table[k + 3]!;
          red += w0 * data[i]! + w1 * data[i + 3]! + w2 * data[i + 6]! + w3 * data[i + 9]!;
          green += w0 * data[i + 1]! + w1 * data[i + 4]! + w2 * data[i + 7]! + w3 * data[i + 10]!;
          blue += w0 * data[i + 2]! + w1 * data[i + 5]! + w2 * data[i + 8]! + w3 * data[i + 11]!;
        }
        red >>= WEIGHT_BITS;
        green >>= WEIGHT_BITS;
        blue >>= WEIGHT_BITS;
        out[to] = red < 0 ? 0 : red > 255 ? 255 : red;
        out[to + 1] = green < 0 ? 0 : green > 255 ? 255 : green;
        out[to + 2] = blue < 0 ? 0 : blue > 255 ? 255 : blue;
      } else {
        for (let channel = 0; channel < CHANNELS; channel++) {
          const value = edgePixel(source, left, top, table, at, channel);
          out[to + channel] = value < 0 ? 0 : value > 255 ? 255 : value;
        }
      }
    }
  }
}
