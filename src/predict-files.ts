import { Readable } from 'node:stream';
import { checkRunOptions, checkTaskOptions, fillRunOptions } from './config/flags/fill.js';
import type { RunUserOptions } from './config/flags/predict-options.js';
import type { ResultRecord, RunSummary } from './contracts/results.js';
import type { Notify } from './contracts/spec.js';
import { listImages } from './images/list.js';
import { startRun } from './run.js';

/** Options of `predictFiles`: those of `fdeploy predict` that concern the model, the pictures and the clones. */
export interface PredictFilesOptions extends RunUserOptions {
  /** Files, folders and patterns, as the command line takes them. */
  images: readonly string[];
  /** Aborted: no new pictures, those in hand finish, the iteration ends. While the model is being prepared it throws the signal's reason. */
  signal?: AbortSignal;
  /** Hears sentences for a person; by default nobody does. */
  notify?: Notify;
}

/**
 * Predicts many pictures with clones in threads or processes. Leaving the loop early ends the workers.
 * @returns one record a picture as `for await` goes on; the generator's return value is the run's summary
 * @throws FdeployError of kind `call` where the model, an option or a pattern is wrong, of kind `run` where it cannot go on
 */
export async function* predictFiles(
  options: PredictFilesOptions,
): AsyncGenerator<ResultRecord, RunSummary, undefined> {
  const { images, signal, notify = () => undefined, ...user } = options;
  checkRunOptions(user);
  const run = await startRun({
    ...fillRunOptions(user),
    images: await listImages({ arguments: images, stdin: Readable.from([]) }),
    skip: new Set(),
    notify,
    ...(signal && { signal }),
  });
  checkTaskOptions(user, run.handle.task);
  yield* run.records;
  return run.summary();
}
