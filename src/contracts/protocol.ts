import type { SerializedError } from './errors.js';
import type { ModelHandle } from './model.js';
import type { DecodeOptions } from './picture.js';
import type { StageTimes, Task, TaskResults } from './results.js';

/** One picture on its way through the pool. */
export interface Job {
  /** Position in the list of inputs, from 0; also the job's key. */
  index: number;
  /** The path as it stands in the record. */
  image: string;
  /** The path's bytes as base64 where it is not UTF-8. */
  imageBytes?: string;
}

/** What a worker needs to begin. */
export interface WorkerSettings {
  handle: ModelHandle;
  decode: DecodeOptions;
  batchSize: number;
  /** Pictures decoded, or being decoded, beside the one in inference. */
  decodeAhead: number;
  /** Folders for what is written beside the records. */
  artifacts: { masks?: string; drawings?: string };
}

export type ToWorker =
  { type: 'start'; settings: WorkerSettings } | { type: 'predict'; job: Job } | { type: 'stop' };

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

export type FromWorker =
  | { type: 'ready' }
  /** The worker could not open the model. */
  | { type: 'failed'; error: SerializedError }
  /** These pictures are in hand now: if the worker dies, it died of one of them. */
  | { type: 'begun'; indices: number[] }
  | { type: 'done'; index: number; outcome: JobOutcome }
  /** Every job is answered and the model is closed. */
  | { type: 'stopped' };
