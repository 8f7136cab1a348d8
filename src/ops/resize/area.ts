import type { ResizeGeometry, RowSampler } from './geometry.js';
import { roundHalfEven } from '../round.js';
import { roundSmall } from './taps.js';

/** The source pixels that a result's square covers: entries[starts[i]] to entries[starts[i + 1] - 1], with their shares. */
interface Coverage {
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly shares: Float32Array;
}

/** What is covered by less than this is left out, as in OpenCV's computeResizeAreaTab. */
const SLIVER = 1e-3;

function coverage(start: number, count: number, step: number, sourceLength: number): Coverage {
  const starts = new Int32Array(count + 1);
  const indices: number[] = [];
  const shares: number[] = [];
  const cover = (index: number, share: number) => {
    indices.push(index);
    shares.push(share);
  };
  for (let i = 0; i < count; i++) {
    const begin = (start + i) * step;
    const end = begin + step;
    const cell = Math.min(step, sourceLength - begin);
    const last = Math.min(Math.floor(end), sourceLength - 1);
    const first = Math.min(Math.ceil(begin), last);
    if (first - begin > SLIVER) cover(first - 1, (first - begin) / cell);
    for (let index = first; index < last; index++) cover(index, 1 / cell);
    if (end - last > SLIVER) cover(last, Math.min(end - last, 1, cell) / cell);
    starts[i + 1] = indices.length;
  }
  return { starts, indices: Int32Array.from(indices), shares: Float32Array.from(shares) };
}

/** cv2's INTER_AREA by a step that is no whole number: averages weighted by the covered part, summed in float32. */
export class AreaSampler<Data extends Uint8Array | Float32Array> implements RowSampler<Data> {
  private source: Data | undefined;
  private readonly columns: Coverage;
  private readonly rows: Coverage;
  private readonly line: Float32Array;
  private readonly total: Float32Array;

  constructor(private readonly geometry: ResizeGeometry) {
    const { firstColumn, columns, channels, stepX, stepY, sourceWidth, sourceHeight, height } = geometry;
    this.columns = coverage(firstColumn, columns, stepX, sourceWidth);
    this.rows = coverage(0, height, stepY, sourceHeight);
    this.line = new Float32Array(columns * channels);
    this.total = new Float32Array(columns * channels);
  }

  use(source: Data): void {
    this.source = source;
  }

  row(y: number, out: Data, offset: number): void {
    const { fround } = Math;
    const { rows, line, total } = this;
    total.fill(0);
    for (let k = rows.starts[y]!; k < rows.starts[y + 1]!; k++) {
      this.average(rows.indices[k]!);
      const share = rows.shares[k]!;
      for (let i = 0; i < line.length; i++) total[i] = total[i]! + fround(line[i]! * share);
    }
    if (out instanceof Uint8Array) {
      for (let i = 0; i < total.length; i++) out[offset + i] = Math.min(roundSmall(total[i]!), 255);
    } else {
      out.set(total, offset);
    }
  }

  /** Brings the horizontal averages of a source row into `line`. */
  private average(sourceRow: number): void {
    const { channels, sourceWidth } = this.geometry;
    const start = sourceRow * sourceWidth * channels;
    if (channels === 3) this.averageColours(start);
    else for (let c = 0; c < channels; c++) this.averageChannel(start + c, c);
  }

  private averageColours(start: number): void {
    const { fround } = Math;
    const { starts, indices, shares } = this.columns;
    const { line } = this;
    const source = this.source!;
    let k = 0;
    for (let x = 0; x < starts.length - 1; x++) {
      const end = starts[x + 1]!;
      let a = 0;
      let b = 0;
      let c = 0;
      for (; k < end; k++) {
        const from = start + 3 * indices[k]!;
        const share = shares[k]!;
        a = fround(a + fround(source[from]! * share));
        b = fround(b + fround(source[from + 1]! * share));
        c = fround(c + fround(source[from + 2]! * share));
      }
      line[3 * x] = a;
      line[3 * x + 1] = b;
      line[3 * x + 2] = c;
    }
  }

  private averageChannel(start: number, channel: number): void {
    const { fround } = Math;
    const { channels } = this.geometry;
    const { starts, indices, shares } = this.columns;
    const source = this.source!;
    for (let x = 0; x < starts.length - 1; x++) {
      let sum = 0;
      for (let k = starts[x]!; k < starts[x + 1]!; k++) {
        sum = fround(sum + fround(source[start + indices[k]! * channels]! * shares[k]!));
      }
      this.line[x * channels + channel] = sum;
    }
  }
}

/**
 * cv2's INTER_AREA by whole steps, and its INTER_LINEAR by exactly 2: plain averages of blocks. Blocks at the lower
 * and right end that the source does not fill are averaged over what there is.
 */
export class BlockSampler<Data extends Uint8Array | Float32Array> implements RowSampler<Data> {
  private source: Data | undefined;
  /** OpenCV's own code for 2 x 2 blocks of 1, 3 or 4 channels rounds halves up, the general one to even. */
  private readonly halvesUp: boolean;

  constructor(
    private readonly geometry: ResizeGeometry,
    private readonly blockWidth: number,
    private readonly blockHeight: number,
  ) {
    this.halvesUp = blockWidth === 2 && blockHeight === 2 && [1, 3, 4].includes(geometry.channels);
  }

  use(source: Data): void {
    this.source = source;
  }

  row(y: number, out: Data, offset: number): void {
    const { channels, firstColumn, columns, sourceWidth, sourceHeight } = this.geometry;
    const { blockWidth, blockHeight } = this;
    const top = y * blockHeight;
    const rows = Math.min(blockHeight, sourceHeight - top);
    const scale = Math.fround(1 / (blockWidth * blockHeight));
    const bytes = out instanceof Uint8Array;
    if (this.halvesUp && bytes && this.isInside(y)) {
      this.halve(y, out, offset);
      return;
    }
    let to = offset;
    for (let x = 0; x < columns; x++) {
      const left = (firstColumn + x) * blockWidth;
      const covered = Math.min(blockWidth, sourceWidth - left);
      const isWhole = rows === blockHeight && covered === blockWidth;
      const count = Math.max(rows, 0) * Math.max(covered, 0);
      for (let c = 0; c < channels; c++) {
        const sum = this.sum((top * sourceWidth + left) * channels + c, rows, covered);
        if (isWhole && bytes && this.halvesUp) {
          out[to++] = (sum + 2) >> 2;
        } else {
          const mean = count === 0 ? 0 : Math.fround(isWhole ? sum * scale : sum / count);
          out[to++] = bytes ? roundHalfEven(mean) : mean;
        }
      }
    }
  }

  /** Every block of the row is filled by the source. */
  private isInside(y: number): boolean {
    const { firstColumn, columns, sourceWidth, sourceHeight } = this.geometry;
    return 2 * (y + 1) <= sourceHeight && 2 * (firstColumn + columns) <= sourceWidth;
  }

  /** A row of whole 2 x 2 blocks of bytes. */
  private halve(y: number, out: Uint8Array, offset: number): void {
    const { channels, firstColumn, columns, sourceWidth } = this.geometry;
    const source = this.source!;
    let upper = (2 * y * sourceWidth + 2 * firstColumn) * channels;
    let lower = upper + sourceWidth * channels;
    let to = offset;
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < channels; c++) {
        const sum = source[upper]! + source[upper + channels]! + source[lower]! + source[lower + channels]!;
        out[to++] = (sum + 2) >> 2;
        upper++;
        lower++;
      }
      upper += channels;
      lower += channels;
    }
  }

  private sum(start: number, rows: number, columns: number): number {
    const { channels, sourceWidth } = this.geometry;
    const source = this.source!;
    const stride = sourceWidth * channels;
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      let at = start + row * stride;
      for (let column = 0; column < columns; column++) {
        sum += source[at]!;
        at += channels;
      }
    }
    return sum;
  }
}
