import { sizeOf, type Picture, type PictureSize } from '../contracts/picture.js';
import { stepBySize } from './resize/geometry.js';

/** How a picture is resized: by size, or by a factor (1 / fx) where steps are given. */
interface Resize extends PictureSize {
  readonly stepX?: number | undefined;
  readonly stepY?: number | undefined;
}

/**
 * How many of a picture's pixels lie between two pixels of the resized one. Sizes and factors are meant of the picture
 * in itself; where it was decoded smaller, as many of its pixels lie closer together.
 */
export function sourceSteps(picture: Picture, resize: Resize): { stepX: number; stepY: number } {
  return {
    stepX: step(picture, resize, 'width', resize.stepX),
    stepY: step(picture, resize, 'height', resize.stepY),
  };
}

function step(picture: Picture, resize: Resize, side: 'width' | 'height', given: number | undefined): number {
  const own = picture[side];
  const shown = picture.original?.shown[side] ?? own;
  const full = sizeOf(picture)[side];
  // Also where the picture was decoded smaller the step is exact: twice the size gives exactly 2.
  if (given === undefined && shown === full) return stepBySize(own, resize[side]);
  return ((given ?? stepBySize(full, resize[side])) * own) / shown;
}
