import type { Job, JobOutcome, WorkerSettings } from './protocol.js';
import type { Mode, RunMemory } from './results.js';
import type { Notify } from './spec.js';

/** The outcome of a job. */
export interface Completion {
  job: Job;
  outcome: JobOutcome;
  /** Number of attempts, including the last one. */
  attempts: number;
  /** Time of the outcome, from `performance.now()`. */
  at: number;
}

/** The jobs of a dispatcher. Their list may still be being read. */
export interface JobSource {
  /** The next job; undefined if none is ready. Once `ended` is true, undefined is final. */
  take(): Job | undefined;
  /** Jobs that are known and were not taken. Of those that are still being fetched, `take` gives none. */
  readonly ready: number;
  /** true: no jobs will follow those that are ready. */
  readonly ended: boolean;
  /** @param listener called when jobs are ready that were not, and when the source ends; there is one at a time */
  onChange(listener: () => void): void;
}

/** The machines that predict. */
export interface Fleet {
  /** The most clones of all machines at a time. */
  readonly workers: number;
  /** The most machines at a time. */
  readonly machines: number;
  /** Machines that are there now. */
  readonly present: number;
}

/** Predicts the jobs of a run, on this machine or on others. */
export interface Dispatcher {
  /**
   * Starts predicting and yields one completion per job, in any order or, with `ordered`, in the order of the jobs. Ends when
   * all jobs are completed or, after `drain`, when no job is in progress. Leaving the loop early stops all work.
   * @throws FdeployError of kind `run` where it cannot go on; of kind `call` where the model cannot be opened
   */
  completions(): AsyncIterable<Completion>;
  /** Takes no more jobs. Jobs in inference finish. */
  drain(): void;
  /** Number of jobs taken but not completed. */
  readonly unanswered: number;
  /** Number of retried jobs. */
  readonly retried: number;
  /** The machines that predict; absent if it is this one. */
  readonly fleet?: Fleet;
  /** Peak memory; undefined if it was not measured. */
  readonly memory: RunMemory | undefined;
}

/** Settings of a dispatcher. */
export interface DispatchRequest {
  jobs: JobSource;
  mode: Mode;
  workers: number;
  settings: Omit<WorkerSettings, 'decodeIn'>;
  ordered: boolean;
  retries: number;
  /** Time limit for the work on one picture in milliseconds; process mode only. */
  timeoutMs?: number | undefined;
  /** Time limit for the start of a worker in milliseconds. Default: two minutes. */
  startTimeoutMs?: number | undefined;
  maxWorkerMemoryMiB?: number | undefined;
  notify: Notify;
}

/** Creates the dispatcher of a run. */
export type MakeDispatcher = (request: DispatchRequest) => Dispatcher;
