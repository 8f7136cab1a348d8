import type { JobSource, MakeDispatcher } from './dispatcher.js';
import type { FdeployError } from './errors.js';
import type { ModelHandle } from './model.js';
import type { ArtifactFolders } from './protocol.js';
import type { Mode, ResultRecord, RunSummary } from './results.js';
import type { Source } from './source.js';
import type { ModelSpec, Notify } from './spec.js';

/** The inputs of a run: its jobs, and the account of what has been listed. */
export interface Feed extends JobSource {
  /** Sources listed so far; final once `ended`. */
  readonly listed: number;
  /** Of those, the ones that an earlier run answered. */
  readonly skipped: number;
  /** Of those, the ones that wait to be taken. */
  readonly untaken: number;
  /** The first of the list; undefined if it is empty. */
  readonly first: Source | undefined;
  /** Why the listing broke off; what was listed before is predicted all the same. */
  readonly failure: FdeployError | undefined;
  /**
   * Gives no more jobs. What is left of the list is counted, so that the account is right.
   * @param countMs how long that may take in milliseconds; a second where it is left out
   */
  stop(countMs?: number): Promise<void>;
}

/** A run with every setting filled in. */
export interface RunOptions {
  spec: ModelSpec;
  feed: Feed;
  /** Who predicts. */
  dispatch: MakeDispatcher;
  mode: Mode;
  workers: number;
  /** CPUs that the clones of a text pipeline share out where there are fewer pictures than workers. */
  shareableCpus?: number;
  ordered: boolean;
  retries: number;
  /** Milliseconds of work that one picture may take; process mode only. */
  timeoutMs?: number;
  /** Milliseconds that a worker may take to get ready; default: two minutes. */
  startTimeoutMs?: number;
  maxWorkerMemoryMiB?: number;
  failFast: boolean;
  artifacts: ArtifactFolders;
  /** Aborted: no new pictures, those in hand finish. */
  signal?: AbortSignal;
  notify: Notify;
}

/** A run whose model is open; nothing is predicted before `records` is iterated. */
export interface Run {
  readonly handle: ModelHandle;
  /** One record a picture, in completion order or, with `ordered`, in input order. Slow readers slow the dispatcher. */
  readonly records: AsyncIterable<ResultRecord>;
  /** Complete once `records` has ended; before that, the figures so far. */
  summary(): RunSummary;
}
