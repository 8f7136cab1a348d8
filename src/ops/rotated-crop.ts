import { perspectiveTransform } from './perspective.js';
import { warpPerspectiveCubic, type Pixels } from './warp-cubic.js';

const CHANNELS = 3;
/** A crop at least this much taller than wide is turned by a quarter. */
const TALL = 1.5;

/** Size of a crop before and after its quarter turn. */
export interface CropSize {
  /** Of the upright quad, in pixels. */
  readonly quadWidth: number;
  readonly quadHeight: number;
  readonly turned: boolean;
  /** Of the crop as it is handed out. */
  readonly width: number;
  readonly height: number;
}

/** Distance of two corners as numpy's `linalg.norm` of float32 gives it. */
function side(quad: Float32Array, from: number, to: number): number {
  const dx = Math.fround(quad[2 * from]! - quad[2 * to]!);
  const dy = Math.fround(quad[2 * from + 1]! - quad[2 * to + 1]!);
  return Math.fround(Math.sqrt(Math.fround(Math.fround(dx * dx) + Math.fround(dy * dy))));
}

/**
 * The size of the crop of a quad: the longer of the opposite sides, fractions cut.
 * @param quad corners as x, y pairs, clockwise from where the text starts
 */
export function rotatedCropSize(quad: Float32Array): CropSize {
  const quadWidth = Math.trunc(Math.max(side(quad, 0, 1), side(quad, 2, 3)));
  const quadHeight = Math.trunc(Math.max(side(quad, 0, 3), side(quad, 1, 2)));
  const turned = quadHeight / quadWidth >= TALL;
  return {
    quadWidth,
    quadHeight,
    turned,
    width: turned ? quadHeight : quadWidth,
    height: turned ? quadWidth : quadHeight,
  };
}

/**
 * Cuts a quad out of a picture and straightens it (PaddleOCR's `get_rotate_crop_image`): cubic, the picture's
 * edge repeated outwards; a tall crop is turned by a quarter against the clock.
 * @param out receives `size.width * size.height * 3` bytes from `offset` on, in the picture's channel order
 */
export function cropRotated(
  picture: Pixels,
  quad: Float32Array,
  size: CropSize,
  out: Uint8Array,
  offset: number,
): void {
  const { quadWidth: width, quadHeight: height } = size;
  const matrix = perspectiveTransform(quad, Float32Array.of(0, 0, width, 0, width, height, 0, height));
  if (size.turned) {
    const row = height * CHANNELS;
    warpPerspectiveCubic(picture, matrix, width, height, out, offset + (width - 1) * row, -row, CHANNELS);
  } else {
    warpPerspectiveCubic(picture, matrix, width, height, out, offset, CHANNELS, width * CHANNELS);
  }
}

/** Turns `count` pixels of three channels by 180 degrees in place: first and last change places, and so on. */
export function turnHalf(data: Uint8Array, offset: number, count: number): void {
  let low = offset;
  let high = offset + (count - 1) * CHANNELS;
  while (low < high) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const value = data[low + channel]!;
      data[low + channel] = data[high + channel]!;
      data[high + channel] = value;
    }
    low += CHANNELS;
    high -= CHANNELS;
  }
}
