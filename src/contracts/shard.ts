/** One of `count` equal parts of a run's sources. */
export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly count: number;
}
