import type { Artifacts } from './artifacts.js';
import type { SerializedError } from './errors.js';
import type { ModelHandle } from './model.js';
import type { DecodePlace } from './picture.js';
import type { StageTimes, Task, TaskResults } from './results.js';
import type { Source } from './source.js';

/** One picture on its way to a worker. */
export interface Job {
  /** Position in the list of inputs, from 0; also the job's key. */
  index: number;
  source: Source;
}

/** Pictures that a worker decodes ahead of the inference. */
export const DECODE_AHEAD = 2;

/** What a worker is doing, by the jobs' indices. Jobs that wait between two steps are in none of the lists. */
export interface Work {
  decoding: number[];
  predicting: number[];
  /** Artifacts are being drawn and written. */
  writing: number[];
}

/** Settings of a worker. */
export interface WorkerSettings {
  handle: ModelHandle;
  batchSize: number;
  /** Maximum number of pictures decoded at the same time. */
  decodeAhead: number;
  decodeIn: DecodePlace;
  artifacts: Artifacts;
}

export type ToWorker =
  | { type: 'start'; settings: WorkerSettings }
  | { type: 'predict'; jobs: Job[] }
  /** Complete the jobs in inference, drop the others, close the model. */
  | { type: 'stop' };

export type JobOutcome =
  | {
      status: 'ok';
      task: Task;
      width: number;
      height: number;
      result: TaskResults[Task];
      ms: StageTimes;
    }
  | { status: 'error'; error: SerializedError };

export interface Answer {
  index: number;
  outcome: JobOutcome;
}

export type FromWorker =
  | { type: 'ready' }
  /** The worker could not open the model. */
  | { type: 'failed'; error: SerializedError }
  /** `work`: what the worker does from now on. If it crashes, one of these jobs is the cause. */
  | { type: 'begun'; work: Work }
  /** `rss`: bytes of the worker's process, sent occasionally. */
  | { type: 'done'; answers: Answer[]; work: Work; rss?: number }
  /** A message for the user. Each worker sends it once. */
  | { type: 'said'; sentence: string }
  /** The model is closed. This is the last message. */
  | { type: 'stopped' };
