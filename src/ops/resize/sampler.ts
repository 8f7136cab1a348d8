import { AreaSampler, BlockSampler } from './area.js';
import { resizeMethod, type Interpolation, type ResizeGeometry, type RowSampler } from './geometry.js';
import { CubicByteSampler } from './cubic.js';
import { LinearByteSampler, LinearFloatSampler } from './linear.js';
import { CopySampler, nearestSampler } from './nearest.js';
import { SeparableByteSampler, SeparableFloatSampler } from './separable.js';
import { areaLinearTaps, cubicTaps, lanczosTaps, linearTaps, type Taps } from './taps.js';

type MakeTaps = (start: number, count: number, step: number) => Taps;
type MakeSampler<Data extends Uint8Array | Float32Array> = new (
  geometry: ResizeGeometry,
  columnTaps: Taps,
  rowTaps: Taps,
) => RowSampler<Data>;

/** A sampler that gives cv2.resize's rows of an 8-bit picture. */
export function byteSampler(interpolation: Interpolation, geometry: ResizeGeometry): RowSampler<Uint8Array> {
  if (resizeMethod(interpolation, geometry).kind === 'cubic') return new CubicByteSampler(geometry);
  return makeSampler(interpolation, geometry, LinearByteSampler, SeparableByteSampler);
}

/** A sampler that gives cv2.resize's rows of a float32 picture. */
export function floatSampler(
  interpolation: Interpolation,
  geometry: ResizeGeometry,
): RowSampler<Float32Array> {
  return makeSampler(interpolation, geometry, LinearFloatSampler, SeparableFloatSampler);
}

function makeSampler<Data extends Uint8Array | Float32Array>(
  interpolation: Interpolation,
  geometry: ResizeGeometry,
  Linear: MakeSampler<Data>,
  Separable: MakeSampler<Data>,
): RowSampler<Data> {
  const withTaps = (Sampler: MakeSampler<Data>, taps: MakeTaps) =>
    new Sampler(
      geometry,
      taps(geometry.firstColumn, geometry.columns, geometry.stepX),
      taps(0, geometry.height, geometry.stepY),
    );
  const method = resizeMethod(interpolation, geometry);
  switch (method.kind) {
    case 'copy':
      return new CopySampler(geometry);
    case 'nearest':
      return nearestSampler(geometry);
    case 'linear':
      return withTaps(Linear, linearTaps);
    case 'area-linear':
      return withTaps(Linear, areaLinearTaps);
    case 'cubic':
      return withTaps(Separable, cubicTaps);
    case 'lanczos4':
      return withTaps(Separable, lanczosTaps);
    case 'area':
      return new AreaSampler(geometry);
    case 'area-whole':
      return new BlockSampler(geometry, method.stepX, method.stepY);
  }
}
