/** cv2's interpolations by their name without INTER_, in small letters. */
export const INTERPOLATIONS = ['nearest', 'linear', 'cubic', 'area', 'lanczos4'] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** From which picture to which size, and the columns of the result that are wanted. */
export interface ResizeGeometry {
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  /** Interleaved values a pixel. */
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** Source pixels per resized pixel. By size this is 1 / (width / sourceWidth), by factor exactly 1 / fx. */
  readonly stepX: number;
  readonly stepY: number;
  /** The first column that is computed, and how many. */
  readonly firstColumn: number;
  readonly columns: number;
}

/**
 * Computes a resized picture row by row; rows may be asked for in any order, ascending is fastest.
 * A sampler holds buffers: one thread of work owns it.
 */
export interface RowSampler<Data extends Uint8Array | Float32Array> {
  /** Takes the pixels that the following rows are made of; they fit the sampler's geometry. */
  use(source: Data): void;
  /** Writes the wanted columns of row `y` to `out` from `offset` on, channels interleaved. */
  row(y: number, out: Data, offset: number): void;
}

/** A sampler of pictures with three channels that writes a row into planes in the same pass. */
export interface PlaneSampler extends RowSampler<Uint8Array> {
  /**
   * Writes the wanted columns of row `y`: each value looked up in its channel's table, channel c to `out` from its place
   * on, one number a column.
   */
  planes(
    y: number,
    tables: readonly [Float32Array, Float32Array, Float32Array],
    out: Float32Array,
    place0: number,
    place1: number,
    place2: number,
  ): void;
}

/** The step of cv2.resize by size, in its order of operations: 1 / (resized / source). */
export function stepBySize(source: number, resized: number): number {
  return 1 / (resized / source);
}

const EPSILON = Number.EPSILON;

/** The step as a whole number where cv2 takes it for one, else 0. */
function wholeStep(step: number): number {
  const whole = Math.round(step);
  return Math.abs(step - whole) < EPSILON ? whole : 0;
}

/**
 * What cv2.resize does for an interpolation and a geometry: equal sizes are copied, a linear reduction by
 * exactly 2 is an area average, and area without reduction in both directions is a kind of linear.
 */
export type Method =
  | { kind: 'copy' | 'nearest' | 'linear' | 'area-linear' | 'cubic' | 'lanczos4' | 'area' }
  | { kind: 'area-whole'; stepX: number; stepY: number };

/** @see Method */
export function resizeMethod(interpolation: Interpolation, geometry: ResizeGeometry): Method {
  const { sourceWidth, sourceHeight, width, height } = geometry;
  if (width === sourceWidth && height === sourceHeight) return { kind: 'copy' };
  const stepX = wholeStep(geometry.stepX);
  const stepY = wholeStep(geometry.stepY);
  if (interpolation === 'linear' && stepX === 2 && stepY === 2) return { kind: 'area-whole', stepX, stepY };
  if (interpolation !== 'area') return { kind: interpolation };
  if (geometry.stepX < 1 || geometry.stepY < 1) return { kind: 'area-linear' };
  return stepX > 0 && stepY > 0 ? { kind: 'area-whole', stepX, stepY } : { kind: 'area' };
}
