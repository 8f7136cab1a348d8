import { FdeployError } from '../contracts/errors.js';
import { DECODE_AHEAD } from '../contracts/protocol.js';
import { countDone, type Run, type RunOptions } from '../contracts/run.js';
import type { Mode } from '../contracts/results.js';
import { ModelRun } from './model-run.js';
import { EarlyWorkers } from '../dispatch/local/early-workers.js';
import { configureProcess } from '../runtime/index.js';
import { withSpareCpus } from './spare-cpus.js';
import { resolveModel } from '../tasks/registry.js';
import { ENTRIES } from '../worker/entries.js';

/**
 * Workers that are started before anything is known of a run's model: half of a start is theirs. Whoever calls it ends those
 * that no run took.
 */
export function earlyWorkers(mode: Mode): EarlyWorkers {
  configureProcess();
  return new EarlyWorkers(mode, { entry: ENTRIES[mode], libuvThreads: DECODE_AHEAD });
}

/**
 * Finds out what the model is and makes a run of it; the workers start when `records` is iterated.
 * @throws FdeployError of kind `call` where the model or a setting is wrong; the signal's reason where that ended the
 *   preparation of a model
 */
export async function startRun(options: RunOptions, early?: EarlyWorkers): Promise<Run> {
  const startedAt = performance.now();
  const { images, skip, shareableCpus = 1 } = options;
  const pictures = images.length - countDone(images, skip);
  const resolved = await resolveModel(options.spec, options.notify, options.signal);
  const handle = withSpareCpus(resolved, pictures, shareableCpus);
  if (options.artifacts.masks !== undefined && handle.task !== 'segmentation') {
    throw new FdeployError(
      'BAD_OPTION',
      `--masks is for segmentation; ${handle.name} is a ${handle.task} model`,
    );
  }
  return new ModelRun(options, handle, ENTRIES[options.mode], startedAt, early);
}
