import type { Artifacts } from './artifacts.js';
import type { Fleet, JobSource, MakeDispatcher } from './dispatcher.js';
import type { FdeployError } from './errors.js';
import type { ModelHandle } from './model.js';
import type { Mode, ResultRecord, RunSummary } from './results.js';
import type { Source } from './source.js';
import type { ModelSpec, Notify } from './spec.js';

/** The inputs of a run: its jobs, and counts of the listing. */
export interface Feed extends JobSource {
  /** Number of sources listed so far; final once `ended` is true. */
  readonly listed: number;
  /** How many of them an earlier run completed. */
  readonly skipped: number;
  /** How many of them wait to be taken. */
  readonly untaken: number;
  /** Whether one of the sources listed so far is a page of a document. */
  readonly hasPages: boolean;
  /** The first source; undefined if the list is empty. */
  readonly first: Source | undefined;
  /** The error that stopped the listing. Sources listed before it are predicted. */
  readonly failure: FdeployError | undefined;
  /**
   * Stops giving jobs, and counts the rest of the list for the summary.
   * @param countMs time limit for counting in milliseconds. Default: 1000
   */
  stop(countMs?: number): Promise<void>;
}

/** A run with every setting filled in. */
export interface RunOptions {
  spec: ModelSpec;
  feed: Feed;
  /** Creates the dispatcher. */
  dispatch: MakeDispatcher;
  mode: Mode;
  workers: number;
  /** CPUs that the clones of an OCR pipeline share if there are fewer pictures than workers. */
  shareableCpus?: number;
  ordered: boolean;
  retries: number;
  /** Time limit for the work on one picture in milliseconds; process mode only. */
  timeoutMs?: number;
  /** Time limit for the start of a worker in milliseconds. Default: two minutes. */
  startTimeoutMs?: number;
  maxWorkerMemoryMiB?: number;
  failFast: boolean;
  artifacts: Artifacts;
  /** When aborted, no pictures are started, and those in progress finish. */
  signal?: AbortSignal;
  notify: Notify;
}

/** A run with its model resolved. Prediction starts when `records` is iterated. */
export interface Run {
  readonly handle: ModelHandle;
  /** One record per source, in completion order or, with `ordered`, in input order. A slow consumer slows the dispatcher down. */
  readonly records: AsyncIterable<ResultRecord>;
  /** The machines that predict; undefined if it is this one. */
  readonly fleet: Fleet | undefined;
  /** Final once `records` has ended; before that, the figures so far. */
  summary(): RunSummary;
}
