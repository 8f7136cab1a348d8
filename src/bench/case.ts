import type { Compute } from '../contracts/compute.js';
import type { SerializedError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import type { Mode } from '../contracts/results.js';
import type { Source } from '../contracts/source.js';

/** One case to measure, in a separate process. */
export interface BenchCase extends Compute {
  mode: Mode;
  workers: number;
  /** false: every clone loads its own weights. */
  shared: boolean;
}

/** Input of the measuring process. */
export interface MeasureJob extends BenchCase {
  handle: ModelHandle;
  sources: readonly Source[];
  seconds: number;
}

/** Result of one case. */
export interface BenchFigures extends BenchCase {
  /** MiB of all processes, with all clones open and after all have predicted. */
  memory: { opened: number; predicted: number; kind: 'PSS' | 'RSS' };
  /** Milliseconds from a worker's start until its clone is ready; `next` is the mean of all but the first. */
  load: { first: number; next?: number };
  imagesPerSecond: number;
  /** Milliseconds of all stages of a picture. */
  latency: { p50: number; p95: number };
  /** User and system time divided by wall time; absent if not available for other processes. */
  busyCpus?: number;
  /** CPUs used by other programs; absent if `busyCpus` is. */
  takenCpus?: number;
  /** Failed pictures; the figures cover the others. */
  failed: number;
}

export type MeasureReply = { figures: BenchFigures } | { error: SerializedError };
