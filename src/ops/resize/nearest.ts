import type { ResizeGeometry, RowSampler } from './geometry.js';

/** cv2's INTER_NEAREST, and the plain copy where nothing is resized: source index floor(x * step). */
export class NearestSampler<Data extends Uint8Array | Float32Array> implements RowSampler<Data> {
  private source: Data | undefined;
  private readonly offsets: Int32Array;

  constructor(
    private readonly geometry: ResizeGeometry,
    private readonly sourceRow: (y: number) => number,
    sourceColumn: (x: number) => number,
  ) {
    const { firstColumn, columns, channels } = geometry;
    this.offsets = Int32Array.from({ length: columns }, (_, x) => sourceColumn(firstColumn + x) * channels);
  }

  use(source: Data): void {
    this.source = source;
  }

  row(y: number, out: Data, offset: number): void {
    const { channels, sourceWidth } = this.geometry;
    const { offsets } = this;
    const source = this.source!;
    const start = this.sourceRow(y) * sourceWidth * channels;
    let to = offset;
    for (let x = 0; x < offsets.length; x++) {
      const from = start + offsets[x]!;
      for (let c = 0; c < channels; c++) out[to++] = source[from + c]!;
    }
  }
}

/** A sampler of cv2's INTER_NEAREST. */
export function nearestSampler<Data extends Uint8Array | Float32Array>(
  geometry: ResizeGeometry,
): RowSampler<Data> {
  const { sourceWidth, sourceHeight, stepX, stepY } = geometry;
  return new NearestSampler<Data>(
    geometry,
    (y) => Math.min(Math.floor(y * stepY), sourceHeight - 1),
    (x) => Math.min(Math.floor(x * stepX), sourceWidth - 1),
  );
}

/** Rows as they are, for a resize to the same size. */
export class CopySampler<Data extends Uint8Array | Float32Array> implements RowSampler<Data> {
  private source: Data | undefined;

  constructor(private readonly geometry: ResizeGeometry) {}

  use(source: Data): void {
    this.source = source;
  }

  row(y: number, out: Data, offset: number): void {
    const { channels, sourceWidth, firstColumn, columns } = this.geometry;
    const from = (y * sourceWidth + firstColumn) * channels;
    out.set(this.source!.subarray(from, from + columns * channels), offset);
  }
}
