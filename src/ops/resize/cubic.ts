import type { ResizeGeometry, RowSampler } from './geometry.js';
import { ResampledRows, tapOffsets } from './resampled-rows.js';
import { roundSmall } from './taps.js';

const A = -0.75;
const TAPS = 4;

/** Keys' kernel with a = -0.75 in double precision: first source index and weight of each tap. */
function exactTaps(start: number, count: number, step: number): { first: Int32Array; weights: Float64Array } {
  const first = new Int32Array(count);
  const weights = new Float64Array(count * TAPS);
  for (let i = 0; i < count; i++) {
    const position = (start + i + 0.5) * step - 0.5;
    const whole = Math.floor(position);
    const x = position - whole;
    first[i] = whole - 1;
    const outer = ((A * (x + 1) - 5 * A) * (x + 1) + 8 * A) * (x + 1) - 4 * A;
    const near = ((A + 2) * x - (A + 3)) * x * x + 1;
    const next = ((A + 2) * (1 - x) - (A + 3)) * (1 - x) * (1 - x) + 1;
    weights.set([outer, near, next, 1 - outer - near - next], TAPS * i);
  }
  return { first, weights };
}

/**
 * cv2's INTER_CUBIC on bytes as the OpenCV that pip installs and FastDeploy brings computes it: those builds hand it
 * to Intel's IPP, which does not round the weights to 11 bits. The sums are exact and rounded once.
 */
export class CubicByteSampler implements RowSampler<Uint8Array> {
  private source: Uint8Array = new Uint8Array(0);
  private readonly rowFirst: Int32Array;
  private readonly rowWeights: Float64Array;
  private readonly rows: ResampledRows<Float64Array>;

  constructor(private readonly geometry: ResizeGeometry) {
    const { channels, columns, firstColumn, sourceWidth, stepX, stepY, height } = geometry;
    const { first, weights } = exactTaps(firstColumn, columns, stepX);
    const offsets = tapOffsets({ first, size: TAPS }, sourceWidth, channels);
    ({ first: this.rowFirst, weights: this.rowWeights } = exactTaps(0, height, stepY));
    this.rows = new ResampledRows(
      TAPS,
      (): Float64Array => new Float64Array(columns * channels),
      (row, to) => {
        this.resample(row * sourceWidth * channels, offsets, weights, to);
      },
    );
  }

  use(source: Uint8Array): void {
    this.source = source;
    this.rows.clear();
  }

  row(y: number, out: Uint8Array, offset: number): void {
    const { sourceHeight, columns, channels } = this.geometry;
    const tap = (k: number) => this.rows.get(Math.min(Math.max(this.rowFirst[y]! + k, 0), sourceHeight - 1));
    const r0 = tap(0);
    const r1 = tap(1);
    const r2 = tap(2);
    const r3 = tap(3);
    const [w0, w1, w2, w3] = this.rowWeights.subarray(TAPS * y, TAPS * y + TAPS) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const length = columns * channels;
    for (let i = 0; i < length; i++) {
      const sum = r0[i]! * w0 + r1[i]! * w1 + r2[i]! * w2 + r3[i]! * w3;
      out[offset + i] = sum <= 0 ? 0 : sum >= 255 ? 255 : roundSmall(sum);
    }
  }

  private resample(start: number, offsets: Int32Array, weights: Float64Array, to: Float64Array): void {
    const { channels } = this.geometry;
    const { source } = this;
    for (let tap = 0, out = 0; tap < offsets.length; tap += TAPS, out += channels) {
      const a = start + offsets[tap]!;
      const b = start + offsets[tap + 1]!;
      const c = start + offsets[tap + 2]!;
      const d = start + offsets[tap + 3]!;
      const w0 = weights[tap]!;
      const w1 = weights[tap + 1]!;
      const w2 = weights[tap + 2]!;
      const w3 = weights[tap + 3]!;
      to[out] = source[a]! * w0 + source[b]! * w1 + source[c]! * w2 + source[d]! * w3;
      if (channels === 3) {
        to[out + 1] = source[a + 1]! * w0 + source[b + 1]! * w1 + source[c + 1]! * w2 + source[d + 1]! * w3;
        to[out + 2] = source[a + 2]! * w0 + source[b + 2]! * w1 + source[c + 2]! * w2 + source[d + 2]! * w3;
        continue;
      }
      for (let k = 1; k < channels; k++) {
        to[out + k] = source[a + k]! * w0 + source[b + k]! * w1 + source[c + k]! * w2 + source[d + k]! * w3;
      }
    }
  }
}
