import type { PlaneSampler, ResizeGeometry, RowSampler } from './geometry.js';
import { fixedPoint, insideLinearTaps, type Taps } from './taps.js';

/**
 * cv2's INTER_LINEAR on bytes: 11-bit weights, the horizontal sums cut by 4 bits and each vertical product
 * by 16, as in OpenCV's VResizeLinear for 8-bit pictures. Two resampled rows are kept, so that a source row is
 * resampled once when the rows are asked for in order.
 */
export class LinearByteSampler implements PlaneSampler {
  private source: Uint8Array = new Uint8Array(0);
  private readonly offsets: Int32Array;
  /** Both weights of a column: the first in the lower 16 bits. One load instead of two. */
  private readonly weights: Int32Array;
  private readonly rowWeights: Int16Array;
  private upper: Uint16Array;
  private lower: Uint16Array;
  private upperRow = -1;
  private lowerRow = -1;

  /**
   * @param columnTaps of the wanted columns
   * @param rowTaps of every row
   */
  constructor(
    private readonly geometry: ResizeGeometry,
    columnTaps: Taps,
    private readonly rowTaps: Taps,
  ) {
    const { channels, columns, sourceWidth } = geometry;
    const inside = insideLinearTaps(columnTaps, sourceWidth);
    this.offsets = valueOffsets(inside, channels);
    this.weights = pairs(fixedPoint(inside));
    this.rowWeights = fixedPoint(rowTaps);
    this.upper = new Uint16Array(columns * channels);
    this.lower = new Uint16Array(columns * channels);
  }

  use(source: Uint8Array): void {
    this.source = source;
    this.upperRow = -1;
    this.lowerRow = -1;
  }

  row(y: number, out: Uint8Array, offset: number): void {
    this.prepare(y);
    const w0 = this.rowWeights[2 * y]!;
    const w1 = this.rowWeights[2 * y + 1]!;
    const upper = this.upper;
    const lower = this.upperRow === this.bottomOf(y) ? upper : this.lower;
    for (let i = 0; i < upper.length; i++) {
      out[offset + i] = (((w0 * upper[i]!) >> 16) + ((w1 * lower[i]!) >> 16) + 2) >> 2;
    }
  }

  planes(
    y: number,
    tables: readonly [Float32Array, Float32Array, Float32Array],
    out: Float32Array,
    place0: number,
    place1: number,
    place2: number,
  ): void {
    this.prepare(y);
    const w0 = this.rowWeights[2 * y]!;
    const w1 = this.rowWeights[2 * y + 1]!;
    const upper = this.upper;
    const lower = this.upperRow === this.bottomOf(y) ? upper : this.lower;
    const [table0, table1, table2] = tables;
    const columns = this.offsets.length;
    let i = 0;
    for (let x = 0; x < columns; x++) {
      out[place0 + x] = table0[(((w0 * upper[i]!) >> 16) + ((w1 * lower[i]!) >> 16) + 2) >> 2]!;
      out[place1 + x] = table1[(((w0 * upper[i + 1]!) >> 16) + ((w1 * lower[i + 1]!) >> 16) + 2) >> 2]!;
      out[place2 + x] = table2[(((w0 * upper[i + 2]!) >> 16) + ((w1 * lower[i + 2]!) >> 16) + 2) >> 2]!;
      i += 3;
    }
  }

  private bottomOf(y: number): number {
    return Math.min(Math.max(this.rowTaps.first[y]! + 1, 0), this.geometry.sourceHeight - 1);
  }

  /** Brings the two source rows of row `y` into `upper` and `lower`. */
  private prepare(y: number): void {
    const top = Math.min(Math.max(this.rowTaps.first[y]!, 0), this.geometry.sourceHeight - 1);
    const bottom = this.bottomOf(y);
    if (top !== this.upperRow) {
      const spare = this.upper;
      this.upper = this.lower;
      this.lower = spare;
      this.upperRow = this.lowerRow;
      this.lowerRow = -1;
      if (top !== this.upperRow) this.resample(top, this.upper);
      this.upperRow = top;
    }
    if (bottom !== top && bottom !== this.lowerRow) {
      this.resample(bottom, this.lower);
      this.lowerRow = bottom;
    }
  }

  private resample(row: number, to: Uint16Array): void {
    const { channels, sourceWidth } = this.geometry;
    const { source, offsets, weights } = this;
    const next = sourceWidth > 1 ? channels : 0;
    const start = row * sourceWidth * channels;
    let out = 0;
    if (channels === 3 && next === 3) {
      for (let x = 0; x < offsets.length; x++) {
        const from = start + offsets[x]!;
        const w0 = weights[x]! & 0xffff;
        const w1 = weights[x]! >>> 16;
        to[out] = (source[from]! * w0 + source[from + 3]! * w1) >> 4;
        to[out + 1] = (source[from + 1]! * w0 + source[from + 4]! * w1) >> 4;
        to[out + 2] = (source[from + 2]! * w0 + source[from + 5]! * w1) >> 4;
        out += 3;
      }
      return;
    }
    for (let x = 0; x < offsets.length; x++) {
      const from = start + offsets[x]!;
      const w0 = weights[x]! & 0xffff;
      const w1 = weights[x]! >>> 16;
      for (let c = 0; c < channels; c++) {
        to[out++] = (source[from + c]! * w0 + source[from + next + c]! * w1) >> 4;
      }
    }
  }
}

/** Two weights of 0 to 2048 in one number. */
function pairs(weights: Int16Array): Int32Array {
  const packed = new Int32Array(weights.length / 2);
  for (let i = 0; i < packed.length; i++) packed[i] = weights[2 * i]! | (weights[2 * i + 1]! << 16);
  return packed;
}

/** Where each column's first pixel lies in a row of the source, in values. */
function valueOffsets({ first }: Taps, channels: number): Int32Array {
  const offsets = new Int32Array(first.length);
  for (let i = 0; i < first.length; i++) offsets[i] = Math.max(first[i]!, 0) * channels;
  return offsets;
}

/** cv2's INTER_LINEAR on float32. */
export class LinearFloatSampler implements RowSampler<Float32Array> {
  private source: Float32Array = new Float32Array(0);
  private readonly offsets: Int32Array;
  private readonly weights: Float32Array;

  constructor(
    private readonly geometry: ResizeGeometry,
    columnTaps: Taps,
    private readonly rowTaps: Taps,
  ) {
    const inside = insideLinearTaps(columnTaps, geometry.sourceWidth);
    this.offsets = valueOffsets(inside, geometry.channels);
    this.weights = inside.weights;
  }

  use(source: Float32Array): void {
    this.source = source;
  }

  row(y: number, out: Float32Array, offset: number): void {
    const { channels, sourceWidth, sourceHeight } = this.geometry;
    const { source, offsets, weights, rowTaps } = this;
    const stride = sourceWidth * channels;
    const first = rowTaps.first[y]!;
    const top = Math.min(Math.max(first, 0), sourceHeight - 1) * stride;
    const bottom = Math.min(Math.max(first + 1, 0), sourceHeight - 1) * stride;
    const v0 = rowTaps.weights[2 * y]!;
    const v1 = rowTaps.weights[2 * y + 1]!;
    const next = sourceWidth > 1 ? channels : 0;
    let to = offset;
    for (let x = 0; x < offsets.length; x++) {
      const h0 = weights[2 * x]!;
      const h1 = weights[2 * x + 1]!;
      const a = top + offsets[x]!;
      const b = bottom + offsets[x]!;
      for (let c = 0; c < channels; c++) {
        out[to++] =
          v0 * (h0 * source[a + c]! + h1 * source[a + next + c]!) +
          v1 * (h0 * source[b + c]! + h1 * source[b + next + c]!);
      }
    }
  }
}
