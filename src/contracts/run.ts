import type { ModelHandle } from './model.js';
import type { Mode, ResultRecord, RunSummary } from './results.js';
import type { ModelSpec, Notify } from './spec.js';

/** One input of a run. */
export interface ImageEntry {
  /** The path as it stands in the record. */
  image: string;
  /** The path's bytes as base64, where it is not UTF-8. */
  imageBytes?: string;
}

/** By what a picture is known again: two names that are not UTF-8 may read alike. */
export function imageKey({ image, imageBytes }: ImageEntry): string {
  return imageBytes === undefined ? image : `${image}\0${imageBytes}`;
}

/** How many of a list's pictures are in `done`, a set of their keys. */
export function countDone(images: readonly ImageEntry[], done: ReadonlySet<string>): number {
  return images.reduce((count, entry) => count + (done.has(imageKey(entry)) ? 1 : 0), 0);
}

/** A run with every setting filled in. */
export interface RunOptions {
  spec: ModelSpec;
  images: readonly ImageEntry[];
  /** `imageKey`s of pictures that an earlier run already answered; they count as skipped. */
  skip: ReadonlySet<string>;
  mode: Mode;
  workers: number;
  /** CPUs that the clones of a text pipeline share out where there are fewer pictures than workers. */
  shareableCpus?: number;
  ordered: boolean;
  retries: number;
  /** Milliseconds of work that one picture may take; process mode only. */
  timeoutMs?: number;
  /** Milliseconds that a worker may take to get ready; two minutes where it is left out. */
  startTimeoutMs?: number;
  maxWorkerMemoryMiB?: number;
  failFast: boolean;
  artifacts: { masks?: string; drawings?: string };
  /** Aborted: no new pictures, those in hand finish. */
  signal?: AbortSignal;
  notify: Notify;
}

/** A run whose model is open; nothing is predicted before `records` is iterated. */
export interface Run {
  readonly handle: ModelHandle;
  /** One record a picture, in completion order or, with `ordered`, in input order. Slow readers slow the pool. */
  readonly records: AsyncIterable<ResultRecord>;
  /** Complete once `records` has ended; before that, the figures so far. */
  summary(): RunSummary;
}
