import type { SerializedError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import type { Mode } from '../contracts/results.js';
import type { Source } from '../contracts/source.js';

/** One thing to measure, in a process of its own. */
export interface BenchCase {
  mode: Mode;
  workers: number;
  /** false: every clone loads its own weights. */
  shared: boolean;
}

/** What the measuring process is told. */
export interface MeasureJob extends BenchCase {
  handle: ModelHandle;
  sources: readonly Source[];
  seconds: number;
}

/** What came out of one case. */
export interface BenchFigures extends BenchCase {
  /** MiB of all processes together, with every clone open and with every clone having predicted. */
  memory: { opened: number; predicted: number; kind: 'PSS' | 'RSS' };
  /** Milliseconds from a worker's start to its clone being ready; `next` is the mean of all but the first. */
  load: { first: number; next?: number };
  imagesPerSecond: number;
  /** Milliseconds that a picture's stages take together. */
  latency: { p50: number; p95: number };
  /** User and system time over wall time; absent if the system does not tell it of other processes. */
  busyCpus?: number;
  /** CPUs that other programs took away meanwhile; absent where `busyCpus` is. */
  takenCpus?: number;
  /** Pictures that failed; the figures are of the others. */
  failed: number;
}

export type MeasureReply = { figures: BenchFigures } | { error: SerializedError };
