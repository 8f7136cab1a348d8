/** Pictures in a job: few enough to divide the work evenly, many enough that the queue costs nothing. */
const FEWEST = 16;
const MOST = 128;
/** A job should keep a clone busy for this long, in milliseconds. */
const JOB_MS = 2_000;
/** Jobs per clone that wait or are in work. */
export const JOBS_PER_CLONE = 3;

/**
 * @param perSecond pictures that one clone predicts in a second; 0 if unknown
 * @param left pictures that are left, if their number is final
 */
export function jobSize(perSecond: number, clones: number, left: number | undefined): number {
  const wanted = Math.min(MOST, Math.max(FEWEST, Math.round((perSecond * JOB_MS) / 1000)));
  if (left === undefined) return wanted;
  return Math.max(1, Math.min(wanted, Math.ceil(left / (2 * Math.max(1, clones)))));
}
