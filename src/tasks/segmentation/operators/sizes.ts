import type { Interpolation } from '../../../ops/resize/opencv.js';
import { roundHalfEven } from '../../../ops/round.js';
import type { StageList } from '../../../ops/picture-stages.js';
import { addResize } from '../../operators/checked-stages.js';

/**
 * Resizes by size, as `cv2.resize(im, (width, height))`; nothing to do where the size is right.
 * @throws FdeployError IMAGE_TOO_SMALL if a side would have no pixel
 */
export function resizeTo(
  stages: StageList,
  width: number,
  height: number,
  interpolation: Interpolation = 'linear',
): void {
  if (width === stages.width && height === stages.height) return;
  addResize(stages, { width, height, interpolation, backend: 'cv2' });
}

/** Brings one side to a length and the other with it; lengths are rounded half to even, as Python does. */
export function resizeBySide(stages: StageList, side: number, length: number): void {
  const scale = length / side;
  resizeTo(stages, roundHalfEven(stages.width * scale), roundHalfEven(stages.height * scale));
}

export const longSide = ({ width, height }: StageList) => Math.max(width, height);
export const shortSide = ({ width, height }: StageList) => Math.min(width, height);
