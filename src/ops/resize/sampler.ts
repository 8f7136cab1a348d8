import { resizeMethod, type Interpolation, type ResizeGeometry, type RowSampler } from './geometry.js';
import { LinearByteSampler, LinearFloatSampler } from './linear.js';
import { CopySampler, nearestSampler } from './nearest.js';
import { linearTaps } from './taps.js';

/** A sampler that gives cv2.resize's rows of an 8-bit picture. */
export function byteSampler(interpolation: Interpolation, geometry: ResizeGeometry): RowSampler<Uint8Array> {
  const { firstColumn, columns, height, stepX, stepY } = geometry;
  const method = resizeMethod(interpolation, geometry);
  switch (method.kind) {
    case 'copy':
      return new CopySampler(geometry);
    case 'nearest':
      return nearestSampler(geometry);
    case 'linear':
      return new LinearByteSampler(
        geometry,
        linearTaps(firstColumn, columns, stepX),
        linearTaps(0, height, stepY),
      );
    case 'area-linear':
    case 'area':
    case 'area-whole':
    case 'cubic':
    case 'lanczos4':
      throw new Error(`${interpolation} is not there yet`);
  }
}

/** A sampler that gives cv2.resize's rows of a float32 picture. */
export function floatSampler(
  interpolation: Interpolation,
  geometry: ResizeGeometry,
): RowSampler<Float32Array> {
  const { firstColumn, columns, height, stepX, stepY } = geometry;
  const method = resizeMethod(interpolation, geometry);
  switch (method.kind) {
    case 'copy':
      return new CopySampler(geometry);
    case 'nearest':
      return nearestSampler(geometry);
    case 'linear':
      return new LinearFloatSampler(
        geometry,
        linearTaps(firstColumn, columns, stepX),
        linearTaps(0, height, stepY),
      );
    case 'area-linear':
    case 'area':
    case 'area-whole':
    case 'cubic':
    case 'lanczos4':
      throw new Error(`${interpolation} is not there yet`);
  }
}
