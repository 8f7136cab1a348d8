import { FdeployError } from '../contracts/errors.js';
import type { Run, RunOptions } from '../contracts/run.js';
import { resolveModel } from '../tasks/registry.js';
import { withClones } from '../tasks/with-clones.js';
import { ModelRun } from './model-run.js';
import { withSpareCpus } from './spare-cpus.js';

/**
 * Resolves the model and creates a run. Prediction starts when `records` is iterated.
 * @throws FdeployError of kind `call` if the model or a setting is wrong; the signal's reason if it ended the preparation of
 *   a model
 */
export async function startRun(options: RunOptions): Promise<Run> {
  const startedAt = performance.now();
  const { feed, shareableCpus = 1 } = options;
  const pictures = feed.ended ? feed.ready : Infinity;
  const resolved = await resolveModel(options.spec, options.notify, options.signal);
  const spread = withSpareCpus(resolved, pictures, shareableCpus);
  const handle = withClones(spread, options.mode, options.workers);
  if (options.artifacts.masks !== undefined && handle.task !== 'segmentation') {
    throw new FdeployError(
      'BAD_OPTION',
      `--masks is for segmentation; ${handle.name} is a ${handle.task} model`,
    );
  }
  return new ModelRun(options, handle, startedAt);
}
