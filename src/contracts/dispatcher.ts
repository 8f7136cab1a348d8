import type { Job, JobOutcome, WorkerSettings } from './protocol.js';
import type { Mode, RunMemory } from './results.js';
import type { Notify } from './spec.js';

/** An answered picture. */
export interface Completion {
  job: Job;
  outcome: JobOutcome;
  /** How often it was tried, the last time included. */
  attempts: number;
  /** When it was answered, of `performance.now()`. */
  at: number;
}

/** Where a dispatcher's jobs come from: a list that may still be read. */
export interface JobSource {
  /** The next job; undefined if none is ready, which is for good once `ended` is true. */
  take(): Job | undefined;
  /** Jobs that can be taken now. */
  readonly ready: number;
  /** true: no more will come than those that are ready. */
  readonly ended: boolean;
  /** @param listener called when jobs are ready that were not, and when the source ends; there is one at a time */
  onChange(listener: () => void): void;
}

/** Whoever predicts a run's pictures: workers on this machine, or other machines. */
export interface Dispatcher {
  /**
   * Starts predicting and gives one completion for every job, in any order or, with `ordered`, in the order of the jobs. It ends
   * when all are answered or, after `drain`, when nothing more is in work. Leaving the loop early ends all work.
   * @throws FdeployError of kind `run` where it cannot go on; of kind `call` where the model cannot be opened
   */
  completions(): AsyncIterable<Completion>;
  /** Takes no more jobs; those in inference finish. */
  drain(): void;
  /** Jobs that were taken and have no answer. */
  readonly unanswered: number;
  /** Pictures that were tried again. */
  readonly retried: number;
  /** The most memory seen; undefined if nobody has looked. */
  readonly memory: RunMemory | undefined;
}

/** What a run wants of its dispatcher. */
export interface DispatchRequest {
  jobs: JobSource;
  mode: Mode;
  workers: number;
  settings: WorkerSettings;
  ordered: boolean;
  retries: number;
  /** Milliseconds of work that one picture may take; process mode only. */
  timeoutMs?: number | undefined;
  /** Milliseconds that a worker may take to get ready; default: two minutes. */
  startTimeoutMs?: number | undefined;
  maxWorkerMemoryMiB?: number | undefined;
  notify: Notify;
}

/** Makes a run's dispatcher. */
export type MakeDispatcher = (request: DispatchRequest) => Dispatcher;
