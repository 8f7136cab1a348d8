import type { BinaryRuns } from '../contracts/results.js';

/** Typed arrays that a label map may come in. */
export type LabelArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array;

/** A label map as [id, length] runs, row by row; a run may go over the ends of rows. */
export function labelRuns(labels: LabelArray): [number, number][] {
  const runs: [number, number][] = [];
  let start = 0;
  for (let i = 1; i <= labels.length; i++) {
    if (i < labels.length && labels[i] === labels[start]) continue;
    runs.push([labels[start]!, i - start]);
    start = i;
  }
  return runs;
}

/** Pixels of each label that occurs, in no order. */
export function labelCounts(labels: LabelArray): Map<number, number> {
  const counts = new Map<number, number>();
  let start = 0;
  for (let i = 1; i <= labels.length; i++) {
    if (i < labels.length && labels[i] === labels[start]) continue;
    const id = labels[start]!;
    counts.set(id, (counts.get(id) ?? 0) + i - start);
    start = i;
  }
  return counts;
}

/** Runs of pixels that are alternately 0 and not 0, row by row; the first run is of 0 and may be empty. */
export function binaryRuns(mask: Uint8Array): BinaryRuns {
  const runs: BinaryRuns = [];
  let inside = false;
  let length = 0;
  for (let i = 0; i < mask.length; i++) {
    if ((mask[i]! !== 0) === inside) {
      length++;
      continue;
    }
    runs.push(length);
    inside = !inside;
    length = 1;
  }
  runs.push(length);
  return runs;
}
