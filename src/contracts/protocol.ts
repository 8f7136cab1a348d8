import type { SerializedError } from './errors.js';
import type { ModelHandle } from './model.js';
import type { StageTimes, Task, TaskResults } from './results.js';
import type { Source } from './source.js';

/** One picture on its way to a worker. */
export interface Job {
  /** Position in the list of inputs, from 0; also the job's key. */
  index: number;
  source: Source;
}

/** Folders for what is written beside the records. */
export interface ArtifactFolders {
  masks?: string;
  drawings?: string;
}

/** Whether anything is written beside the records. */
export function writesFiles(folders: ArtifactFolders): boolean {
  return Object.values(folders).some((folder) => folder !== undefined);
}

/** Pictures decoded, or being decoded, in a worker beside those in inference. */
export const DECODE_AHEAD = 2;

/** What a worker is at, by the pictures' indices. What waits between two steps is in none of the lists. */
export interface Work {
  decoding: number[];
  predicting: number[];
  /** What is written beside the records is being drawn and written. */
  writing: number[];
}

/** What a worker needs to begin. */
export interface WorkerSettings {
  handle: ModelHandle;
  batchSize: number;
  /** Pictures that are decoded at a time, at most. */
  decodeAhead: number;
  artifacts: ArtifactFolders;
}

export type ToWorker =
  | { type: 'start'; settings: WorkerSettings }
  | { type: 'predict'; jobs: Job[] }
  /** Answer what is in inference, leave the rest unanswered, close the model. */
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
  /** `work`: what the worker is at from now on. If it dies, it died of one of these pictures. */
  | { type: 'begun'; work: Work }
  /** `rss`: bytes of the worker's process, now and then. */
  | { type: 'done'; answers: Answer[]; work: Work; rss?: number }
  /** A sentence for a person; each worker says it once. */
  | { type: 'said'; sentence: string }
  /** The model is closed, no message follows. */
  | { type: 'stopped' };
