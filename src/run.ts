import { FdeployError } from './contracts/errors.js';
import type { Run, RunOptions } from './contracts/run.js';
import { ModelRun } from './model-run.js';
import { resolveModel } from './tasks/registry.js';

const ENTRIES = {
  thread: new URL('./worker/thread-entry.js', import.meta.url),
  process: new URL('./worker/process-entry.js', import.meta.url),
};

/**
 * Finds out what the model is and makes a run of it; the workers start when `records` is iterated.
 * @throws FdeployError of kind `call` where the model or a setting is wrong
 */
export async function startRun(options: RunOptions): Promise<Run> {
  const startedAt = performance.now();
  const handle = await resolveModel(options.spec, options.notify);
  if (options.artifacts.masks !== undefined && handle.task !== 'segmentation') {
    throw new FdeployError(
      'BAD_OPTION',
      `--masks is for segmentation; ${handle.name} is a ${handle.task} model`,
    );
  }
  return new ModelRun(options, handle, ENTRIES[options.mode], startedAt);
}
