import type { ResizeGeometry, RowSampler } from './geometry.js';
import { ResampledRows, tapOffsets } from './resampled-rows.js';
import { fixedPoint, type Taps } from './taps.js';

/** How many bits two 11-bit weights leave behind the point, and half of that. */
const SHIFT = 22;
const HALF = 1 << (SHIFT - 1);

/** cv2's INTER_LANCZOS4 on bytes: 11-bit weights, the sums of both directions exact. */
export class SeparableByteSampler implements RowSampler<Uint8Array> {
  private source: Uint8Array = new Uint8Array(0);
  private readonly offsets: Int32Array;
  private readonly weights: Int16Array;
  private readonly rowWeights: Int16Array;
  private readonly rows: ResampledRows<Int32Array>;
  private readonly window: Int32Array[] = [];

  constructor(
    private readonly geometry: ResizeGeometry,
    private readonly columnTaps: Taps,
    private readonly rowTaps: Taps,
  ) {
    const { channels, columns, sourceWidth } = geometry;
    this.offsets = tapOffsets(columnTaps, sourceWidth, channels);
    this.weights = fixedPoint(columnTaps);
    this.rowWeights = fixedPoint(rowTaps);
    this.rows = new ResampledRows(
      rowTaps.size,
      (): Int32Array => new Int32Array(columns * channels),
      (row, to) => {
        this.resample(row, to);
      },
    );
  }

  use(source: Uint8Array): void {
    this.source = source;
    this.rows.clear();
  }

  row(y: number, out: Uint8Array, offset: number): void {
    const { size, first } = this.rowTaps;
    for (let k = 0; k < size; k++) {
      const sourceRow = Math.min(Math.max(first[y]! + k, 0), this.geometry.sourceHeight - 1);
      this.window[k] = this.rows.get(sourceRow);
    }
    const length = this.geometry.columns * this.geometry.channels;
    const { window, rowWeights } = this;
    for (let i = 0; i < length; i++) {
      let sum = HALF;
      for (let k = 0; k < size; k++) sum += window[k]![i]! * rowWeights[y * size + k]!;
      out[offset + i] = clip(sum >> SHIFT);
    }
  }

  private resample(row: number, to: Int32Array): void {
    const { channels, sourceWidth } = this.geometry;
    const { source, offsets, weights } = this;
    const { size } = this.columnTaps;
    const start = row * sourceWidth * channels;
    let out = 0;
    for (let tap = 0; tap < offsets.length; tap += size) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += source[start + offsets[tap + k]! + c]! * weights[tap + k]!;
        to[out++] = sum;
      }
    }
  }
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** cv2's INTER_CUBIC and INTER_LANCZOS4 on float32. */
export class SeparableFloatSampler implements RowSampler<Float32Array> {
  private source: Float32Array = new Float32Array(0);
  private readonly rows: ResampledRows<Float32Array>;
  private readonly window: Float32Array[] = [];

  constructor(
    private readonly geometry: ResizeGeometry,
    columnTaps: Taps,
    private readonly rowTaps: Taps,
  ) {
    const { channels, columns, sourceWidth } = geometry;
    const offsets = tapOffsets(columnTaps, sourceWidth, channels);
    const { size, weights } = columnTaps;
    this.rows = new ResampledRows(
      rowTaps.size,
      (): Float32Array => new Float32Array(columns * channels),
      (row, to) => {
        const start = row * sourceWidth * channels;
        let out = 0;
        for (let tap = 0; tap < offsets.length; tap += size) {
          for (let c = 0; c < channels; c++) {
            let sum = 0;
            for (let k = 0; k < size; k++) {
              sum += this.source[start + offsets[tap + k]! + c]! * weights[tap + k]!;
            }
            to[out++] = sum;
          }
        }
      },
    );
  }

  use(source: Float32Array): void {
    this.source = source;
    this.rows.clear();
  }

  row(y: number, out: Float32Array, offset: number): void {
    const { size, first, weights } = this.rowTaps;
    const { window } = this;
    for (let k = 0; k < size; k++) {
      window[k] = this.rows.get(Math.min(Math.max(first[y]! + k, 0), this.geometry.sourceHeight - 1));
    }
    const length = this.geometry.columns * this.geometry.channels;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += window[k]![i]! * weights[y * size + k]!;
      out[offset + i] = sum;
    }
  }
}
