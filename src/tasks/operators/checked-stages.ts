import { FdeployError } from '../../contracts/errors.js';
import type { ResizeStage, StageList, Triple } from '../../ops/picture-stages.js';

/**
 * Adds a resize.
 * @throws FdeployError IMAGE_TOO_SMALL where a side would have no pixel
 */
export function addResize(stages: StageList, resize: Omit<ResizeStage, 'kind'>): void {
  if (resize.width < 1 || resize.height < 1) {
    const message = `a picture of ${stages.width} x ${stages.height} has no pixels left after resizing`;
    throw new FdeployError('IMAGE_TOO_SMALL', message);
  }
  stages.add({ kind: 'resize', ...resize });
}

/**
 * Pads at the right and the lower edge; nothing to do where the size is right.
 * @param value in the units that hold there
 * @throws FdeployError IMAGE_TOO_LARGE where the picture is larger
 */
export function padTo(stages: StageList, width: number, height: number, value: Triple): void {
  if (width === stages.width && height === stages.height) return;
  if (width < stages.width || height < stages.height) {
    const message = `the picture is ${stages.width} x ${stages.height}, larger than the padding to ${width} x ${height}`;
    throw new FdeployError('IMAGE_TOO_LARGE', message);
  }
  stages.add({ kind: 'pad', left: 0, top: 0, width, height, value });
}
