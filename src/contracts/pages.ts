/** Pages of a document, from 1; both ends are included. */
export interface PageRange {
  readonly from: number;
  /** Infinity: to the end. */
  readonly to: number;
}

export function inRanges(ranges: readonly PageRange[], page: number): boolean {
  return ranges.some(({ from, to }) => from <= page && page <= to);
}
