import type { TensorPlan } from '../../ops/picture-tensor.js';
import type { Normalisation } from './config.js';

/** A line resized to `width`, filled up on its right to `outWidth` with zeros after normalising. */
export function linePlan(
  { height, order, scale, mean, std }: Normalisation & { height: number },
  width: number,
  outWidth: number,
): TensorPlan {
  return {
    resizedWidth: width,
    resizedHeight: height,
    interpolation: 'linear',
    backend: 'cv2',
    crop: { x: 0, y: 0, width, height },
    outWidth,
    outHeight: height,
    placeX: 0,
    placeY: 0,
    padValue: [0, 0, 0],
    order,
    scale,
    mean,
    std,
    layout: 'chw',
  };
}
