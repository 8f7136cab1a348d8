import type { ResizeGeometry, RowSampler } from './geometry.js';
import { fixedPoint, roundHalfEven, type Taps } from './taps.js';

/** How many bits two 11-bit weights leave behind the point, and half of that. */
const SHIFT = 22;
const HALF = 1 << (SHIFT - 1);
/** Pixels that OpenCV's vector code handles at once; what is left over at the end of a row is summed as integers. */
const LANES = 8;

/** Offsets of each column's taps within a row, those outside of the source moved to its nearest end. */
function tapOffsets({ first, size }: Taps, length: number, channels: number): Int32Array {
  const offsets = new Int32Array(first.length * size);
  for (let i = 0; i < first.length; i++) {
    for (let k = 0; k < size; k++) {
      offsets[i * size + k] = Math.min(Math.max(first[i]! + k, 0), length - 1) * channels;
    }
  }
  return offsets;
}

/** Source rows that were resampled horizontally, kept as long as the window of rows needs them. */
class ResampledRows<Row> {
  private readonly rows: Row[];
  private readonly held: Int32Array;

  constructor(
    count: number,
    make: () => Row,
    private readonly resample: (sourceRow: number, to: Row) => void,
  ) {
    this.rows = Array.from({ length: count }, make);
    this.held = new Int32Array(count).fill(-1);
  }

  clear(): void {
    this.held.fill(-1);
  }

  /** Any `count` rows in sequence have places of their own. */
  get(sourceRow: number): Row {
    const place = sourceRow % this.rows.length;
    const row = this.rows[place]!;
    if (this.held[place] !== sourceRow) {
      this.resample(sourceRow, row);
      this.held[place] = sourceRow;
    }
    return row;
  }
}

/** cv2's INTER_CUBIC and INTER_LANCZOS4 on bytes: 11-bit weights, the sums of both directions exact. */
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
        if (columnTaps.size === 4) this.resampleFour(row, to);
        else this.resample(row, to);
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
    if (size === 4) this.sumFour(y, out, offset, length);
    else this.sum(y, out, offset, 0, length);
  }

  private sum(y: number, out: Uint8Array, offset: number, from: number, to: number): void {
    const { size } = this.rowTaps;
    const { window, rowWeights } = this;
    for (let i = from; i < to; i++) {
      let sum = HALF;
      for (let k = 0; k < size; k++) sum += window[k]![i]! * rowWeights[y * size + k]!;
      out[offset + i] = clip(sum >> SHIFT);
    }
  }

  /** The cubic sum in float32, as OpenCV's vector code has it. */
  private sumFour(y: number, out: Uint8Array, offset: number, length: number): void {
    const { fround } = Math;
    const [r0, r1, r2, r3] = this.window as [Int32Array, Int32Array, Int32Array, Int32Array];
    const scale = 2 ** -SHIFT;
    const w0 = this.rowWeights[4 * y]! * scale;
    const w1 = this.rowWeights[4 * y + 1]! * scale;
    const w2 = this.rowWeights[4 * y + 2]! * scale;
    const w3 = this.rowWeights[4 * y + 3]! * scale;
    const vectorised = length - (length % LANES);
    for (let i = 0; i < vectorised; i++) {
      const last = fround(fround(r2[i]! * w2) + fround(r3[i]! * w3));
      const sum = fround(fround(r0[i]! * w0) + fround(fround(r1[i]! * w1) + last));
      out[offset + i] = clip(roundHalfEven(sum));
    }
    this.sum(y, out, offset, vectorised, length);
  }

  private resampleFour(row: number, to: Int32Array): void {
    const { channels, sourceWidth } = this.geometry;
    const { source, offsets, weights } = this;
    const start = row * sourceWidth * channels;
    let out = 0;
    for (let tap = 0; tap < offsets.length; tap += 4) {
      const a = start + offsets[tap]!;
      const b = start + offsets[tap + 1]!;
      const c = start + offsets[tap + 2]!;
      const d = start + offsets[tap + 3]!;
      const w0 = weights[tap]!;
      const w1 = weights[tap + 1]!;
      const w2 = weights[tap + 2]!;
      const w3 = weights[tap + 3]!;
      for (let k = 0; k < channels; k++) {
        to[out++] = source[a + k]! * w0 + source[b + k]! * w1 + source[c + k]! * w2 + source[d + k]! * w3;
      }
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
