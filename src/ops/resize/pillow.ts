import type { ResizeGeometry, RowSampler } from './geometry.js';
import { NearestSampler } from './nearest.js';
import { pilTaps, PilSampler, type PilFilter } from './pillow-taps.js';
import type { PixelGrid } from './opencv.js';

export { PIL_FILTERS, type PilFilter } from './pillow-taps.js';

/** A sampler that gives the rows of Pillow's `Image.resize` for an 8-bit picture. */
export function pilSampler(filter: PilFilter, geometry: ResizeGeometry): RowSampler<Uint8Array> {
  const { sourceWidth, sourceHeight, width, height, firstColumn, columns } = geometry;
  if (filter === 'nearest') {
    const rows = nearestIndices(sourceHeight, height);
    const cells = nearestIndices(sourceWidth, width);
    return new NearestSampler(
      geometry,
      (y) => rows[y]!,
      (x) => cells[x]!,
    );
  }
  const columnTaps = pilTaps(filter, sourceWidth, width, firstColumn, columns);
  return new PilSampler(geometry, columnTaps, pilTaps(filter, sourceHeight, height, 0, height));
}

/** Pillow adds the step up from result to result, which rounds differently from a product. */
function nearestIndices(source: number, resized: number): Int32Array {
  const step = source / resized;
  const indices = new Int32Array(resized);
  for (let i = 0, position = step * 0.5; i < resized; i++, position += step) {
    indices[i] = Math.min(Math.floor(position), source - 1);
  }
  return indices;
}

/**
 * Pillow's `Image.resize` (without `reducing_gap`) of an 8-bit picture, to the bit: antialiased, in 22-bit fixed point,
 * first along the rows, rounded to bytes, then along the columns. (Pillow 13 goes the other way round where the height
 * shrinks much more than the width, which rounds differently; Pillow up to 12 never does.)
 * @param width of the result in pixels, 1 or more
 * @param height of the result in pixels, 1 or more
 */
export function pilResize(
  source: PixelGrid<Uint8Array>,
  width: number,
  height: number,
  filter: PilFilter,
): PixelGrid<Uint8Array> {
  const { channels } = source;
  const sampler = pilSampler(filter, {
    sourceWidth: source.width,
    sourceHeight: source.height,
    channels,
    width,
    height,
    stepX: source.width / width,
    stepY: source.height / height,
    firstColumn: 0,
    columns: width,
  });
  const data = new Uint8Array(width * height * channels);
  sampler.use(source.data);
  for (let y = 0; y < height; y++) sampler.row(y, data, y * width * channels);
  return { data, width, height, channels };
}
