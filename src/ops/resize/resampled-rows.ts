import type { Taps } from './taps.js';

/** Offsets of each column's taps within a row, those outside of the source moved to its nearest end. */
export function tapOffsets(
  { first, size }: Pick<Taps, 'first' | 'size'>,
  length: number,
  channels: number,
): Int32Array {
  const offsets = new Int32Array(first.length * size);
  for (let i = 0; i < first.length; i++) {
    for (let k = 0; k < size; k++) {
      offsets[i * size + k] = Math.min(Math.max(first[i]! + k, 0), length - 1) * channels;
    }
  }
  return offsets;
}

/** Source rows that were resampled horizontally, kept as long as the window of rows needs them. */
export class ResampledRows<Row> {
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
