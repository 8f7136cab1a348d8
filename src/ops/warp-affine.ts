import type { PixelGrid } from './resize/opencv.js';
import { roundHalfEven } from './round.js';

/** Fractional bits of cv2's fixed-point coordinates and of its bilinear weights. */
const COORDINATE_BITS = 10;
const FRACTION_BITS = 5;
const WEIGHT_BITS = 15;

const FRACTIONS = 1 << FRACTION_BITS;
const ROUNDING = 1 << (COORDINATE_BITS - FRACTION_BITS - 1);

/** Source positions of the target's columns or rows, in 1/32 pixels. */
function positions(count: number, scale: number, shift: number): Int32Array {
  const unit = 1 << COORDINATE_BITS;
  const inverse = 1 / scale;
  const start = roundHalfEven(-shift * inverse * unit) + ROUNDING;
  const result = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    result[i] = (start + roundHalfEven(i * inverse * unit)) >> (COORDINATE_BITS - FRACTION_BITS);
  }
  return result;
}

/**
 * cv2.warpAffine with INTER_LINEAR and a black border for a matrix that scales by one factor and shifts:
 * a pixel at p goes to p * scale + shift.
 */
export function warpAffine(
  source: PixelGrid<Uint8Array>,
  scale: number,
  shiftX: number,
  shiftY: number,
  width: number,
  height: number,
): PixelGrid<Uint8Array> {
  const { channels, data } = source;
  const columns = positions(width, scale, shiftX);
  const rows = positions(height, scale, shiftY);
  const target = new Uint8Array(width * height * channels);
  const sample = (x: number, y: number, c: number): number =>
    x < 0 || y < 0 || x >= source.width || y >= source.height
      ? 0
      : data[(y * source.width + x) * channels + c]!;
  const weightUnit = 1 << (WEIGHT_BITS - 2 * FRACTION_BITS);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const y0 = rows[y]! >> FRACTION_BITS;
    const fy = rows[y]! & (FRACTIONS - 1);
    for (let x = 0; x < width; x++) {
      const x0 = columns[x]! >> FRACTION_BITS;
      const fx = columns[x]! & (FRACTIONS - 1);
      for (let c = 0; c < channels; c++) {
        const sum =
          sample(x0, y0, c) * (FRACTIONS - fx) * (FRACTIONS - fy) +
          sample(x0 + 1, y0, c) * fx * (FRACTIONS - fy) +
          sample(x0, y0 + 1, c) * (FRACTIONS - fx) * fy +
          sample(x0 + 1, y0 + 1, c) * fx * fy;
        target[at++] = (sum * weightUnit + (1 << (WEIGHT_BITS - 1))) >> WEIGHT_BITS;
      }
    }
  }
  return { data: target, width, height, channels };
}
