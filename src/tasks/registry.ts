import { locateModel, type LocatedModel } from '../config/locate.js';
import { expandOwnConfig, WHERE_TEMPLATES_ARE } from '../config/own-config.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import { TASKS, type Task } from '../contracts/results.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';
import type { TaskDefinition } from './task-definition.js';
import { openHandle } from './open-handle.js';
import { loadTask } from './table.js';

export { openHandle };

/**
 * Finds out what a model is and fills in all that its clones need; no network is loaded into this process.
 * @param signal ends the preparation of a network
 * @throws FdeployError of kind `call`; the signal's reason
 */
export async function resolveModel(
  named: ModelSpec,
  notify: Notify,
  signal?: AbortSignal,
): Promise<ModelHandle> {
  const spec = await expandOwnConfig(named);
  const located = await locateModel(spec);
  return resolveLocated(located, spec, notify, signal);
}

/**
 * The task of a model that was found.
 * @throws FdeployError CONFIG_MISSING if nothing tells it
 */
export async function taskOf(located: LocatedModel, spec: ModelSpec): Promise<Task> {
  return (await definitionFor(located, spec)).task;
}

/**
 * `resolveModel` for a model that was found already, its own config expanded.
 * @throws FdeployError of kind `call`
 */
export async function resolveLocated(
  located: LocatedModel,
  spec: ModelSpec,
  notify: Notify,
  signal?: AbortSignal,
): Promise<ModelHandle> {
  const definition = await definitionFor(located, spec);
  const handle = await definition.resolve(located, spec, notify, signal);
  const { inferencesPerPicture } = definition;
  return { ...handle, batchSize: spec.batchSize, inferencesPerPicture };
}

/** Tasks are asked in the order of `TASKS`; the first that knows the model has it. */
async function definitionFor(located: LocatedModel, spec: ModelSpec): Promise<TaskDefinition> {
  if (spec.task !== undefined) return loadTask(spec.task);
  for (const task of TASKS) {
    const definition = await loadTask(task);
    if (definition.recognises(located, spec)) return definition;
  }
  const tasks = TASKS.join(', ');
  const message = located.config
    ? `${located.config.file} does not determine the task of ${located.name}: set it with --task (${tasks})`
    : `${located.directory ?? located.name} has no config that determines its task: set --model-config or --task (${tasks}); ${WHERE_TEMPLATES_ARE}`;
  throw new FdeployError('CONFIG_MISSING', message, { file: located.config?.file ?? located.name });
}
