import type { ResizeGeometry, RowSampler } from './geometry.js';

/** Pillow's filters by their names in PIL.Image.Resampling. */
export const PIL_FILTERS = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'] as const;
export type PilFilter = (typeof PIL_FILTERS)[number];

interface Kernel {
  /** Weights are 0 beyond this distance, before the kernel is widened for a reduction. */
  readonly support: number;
  weight: (distance: number) => number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** As in Pillow's Resample.c; bicubic is Keys' kernel with a = -0.5. */
const KERNELS: Record<Exclude<PilFilter, 'nearest'>, Kernel> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weight: (x) => {
      const distance = Math.abs(x);
      if (distance === 0) return 1;
      return distance >= 1 ? 0 : sinc(distance) * (0.54 + 0.46 * Math.cos(distance * Math.PI));
    },
  },
  bicubic: {
    support: 2,
    weight: (x) => {
      const d = Math.abs(x);
      if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
      return d < 2 ? ((d - 5) * d + 8) * d * -0.5 + 2 : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Bits behind the point: two are left above the eight of a byte for sums that overshoot. */
const PRECISION = 32 - 8 - 2;
const HALF = 1 << (PRECISION - 1);

/** Result `i` is the sum over k < counts[i] of weights[i * size + k] * source[first[i] + k]. */
export interface PilTaps {
  readonly size: number;
  readonly first: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
}

/** Taps of the results `start` to `start + count - 1` of `resized`, all of them inside of the source. */
export function pilTaps(
  filter: Exclude<PilFilter, 'nearest'>,
  source: number,
  resized: number,
  start: number,
  count: number,
): PilTaps {
  const { support, weight } = KERNELS[filter];
  const scale = source / resized;
  const widening = Math.max(scale, 1);
  const reach = support * widening;
  const size = Math.ceil(reach) * 2 + 1;
  const taps = {
    size,
    first: new Int32Array(count),
    counts: new Int32Array(count),
    weights: new Int32Array(count * size),
  };
  const values = new Float64Array(size);
  for (let i = 0; i < count; i++) {
    const centre = (start + i + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const counted = Math.min(Math.trunc(centre + reach + 0.5), source) - first;
    let sum = 0;
    for (let k = 0; k < counted; k++) {
      values[k] = weight((k + first - centre + 0.5) * (1 / widening));
      sum += values[k]!;
    }
    for (let k = 0; k < counted; k++) {
      const share = sum === 0 ? values[k]! : values[k]! / sum;
      taps.weights[i * size + k] = Math.trunc(share * (1 << PRECISION) + (share < 0 ? -0.5 : 0.5));
    }
    taps.first[i] = first;
    taps.counts[i] = counted;
  }
  return taps;
}

/** Pillow's two passes; source rows are resampled once while the window of rows needs them. */
export class PilSampler implements RowSampler<Uint8Array> {
  private source: Uint8Array = new Uint8Array(0);
  private readonly rows: Uint8Array[];
  private readonly held: Int32Array;
  private readonly sums: Int32Array;

  constructor(
    private readonly geometry: ResizeGeometry,
    private readonly columnTaps: PilTaps,
    private readonly rowTaps: PilTaps,
  ) {
    const length = geometry.columns * geometry.channels;
    this.rows = Array.from({ length: rowTaps.size }, () => new Uint8Array(length));
    this.held = new Int32Array(rowTaps.size).fill(-1);
    this.sums = new Int32Array(length);
  }

  use(source: Uint8Array): void {
    this.source = source;
    this.held.fill(-1);
  }

  row(y: number, out: Uint8Array, offset: number): void {
    const { size, first, counts, weights } = this.rowTaps;
    const { sums } = this;
    sums.fill(HALF);
    for (let k = 0; k < counts[y]!; k++) {
      const row = this.resampled(first[y]! + k);
      const weight = weights[y * size + k]!;
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i]! + row[i]! * weight) | 0;
    }
    for (let i = 0; i < sums.length; i++) out[offset + i] = clip(sums[i]! >> PRECISION);
  }

  private resampled(sourceRow: number): Uint8Array {
    const place = sourceRow % this.rows.length;
    const row = this.rows[place]!;
    if (this.held[place] !== sourceRow) {
      this.resample(sourceRow, row);
      this.held[place] = sourceRow;
    }
    return row;
  }

  private resample(sourceRow: number, to: Uint8Array): void {
    const { channels, sourceWidth } = this.geometry;
    const start = sourceRow * sourceWidth * channels;
    if (channels === 3) this.resampleColours(start, to);
    else for (let c = 0; c < channels; c++) this.resampleChannel(start + c, c, to);
  }

  private resampleColours(start: number, to: Uint8Array): void {
    const { size, first, counts, weights } = this.columnTaps;
    const { source } = this;
    for (let x = 0; x < first.length; x++) {
      const end = x * size + counts[x]!;
      let from = start + 3 * first[x]!;
      let a = HALF;
      let b = HALF;
      let c = HALF;
      for (let tap = x * size; tap < end; tap++) {
        const weight = weights[tap]!;
        a = (a + source[from]! * weight) | 0;
        b = (b + source[from + 1]! * weight) | 0;
        c = (c + source[from + 2]! * weight) | 0;
        from += 3;
      }
      to[3 * x] = clip(a >> PRECISION);
      to[3 * x + 1] = clip(b >> PRECISION);
      to[3 * x + 2] = clip(c >> PRECISION);
    }
  }

  private resampleChannel(start: number, channel: number, to: Uint8Array): void {
    const { channels } = this.geometry;
    const { size, first, counts, weights } = this.columnTaps;
    const { source } = this;
    for (let x = 0; x < first.length; x++) {
      let from = start + channels * first[x]!;
      let sum = HALF;
      for (let tap = x * size; tap < x * size + counts[x]!; tap++) {
        sum += source[from]! * weights[tap]!;
        from += channels;
      }
      to[x * channels + channel] = clip(sum >> PRECISION);
    }
  }
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
