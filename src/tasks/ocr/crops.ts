import type { Picture } from '../../contracts/picture.js';
import type { Quad } from '../../contracts/results.js';
import { miniBox } from '../../ops/min-area-rect.js';
import { cropRotated, rotatedCropSize } from '../../ops/rotated-crop.js';

/**
 * Cuts lines of text out of a picture and straightens them, as PaddleOCR does: the rectangle of least area around
 * each quad, cubic, tall ones turned by a quarter. The crops share one buffer, `bytes`; those of no area are empty.
 */
export function cropLines(
  picture: Picture,
  quads: readonly Quad[],
): { crops: Picture[]; tall: boolean[]; bytes: Uint8Array } {
  const plans = quads.map((quad) => {
    const box = cropBox(quad);
    return { box, size: rotatedCropSize(box) };
  });
  const total = plans.reduce((sum, { size }) => sum + size.width * size.height * 3, 0);
  const bytes = new Uint8Array(total);
  let offset = 0;
  const crops = plans.map(({ box, size }) => {
    const { width, height } = size;
    if (width > 0 && height > 0) cropRotated(picture, box, size, bytes, offset);
    const data = bytes.subarray(offset, (offset += width * height * 3));
    return { data, width, height, channels: 3 as const, order: picture.order };
  });
  return { crops, tall: plans.map(({ size }) => size.turned), bytes };
}

/** Whether a line's crop is turned by a quarter. */
export const isTall = (quad: Quad): boolean => rotatedCropSize(cropBox(quad)).turned;

/** The rectangle that is cut out: corners as x, y pairs, clockwise from the upper left one. */
const cropBox = (quad: Quad): Float32Array => miniBox(Int32Array.from(quad.flat())).box;
