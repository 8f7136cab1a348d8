import { locateModel, type LocatedModel } from '../config/locate.js';
import { expandOwnConfig, WHERE_TEMPLATES_ARE } from '../config/own-config.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import { TASKS, type Task } from '../contracts/results.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';
import { classification } from './classification/index.js';
import type { TaskDefinition } from './definition.js';
import { openHandle } from './open-handle.js';
import { detection } from './detection/index.js';
import { ocr } from './ocr/index.js';
import { segmentation } from './segmentation/index.js';

export { openHandle };

type Registry = { readonly [T in Task]?: TaskDefinition<T> };

/** Every task and the folder that does it. */
const REGISTRY: Registry = { classification, detection, segmentation, ocr };

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
export function taskOf(located: LocatedModel, spec: ModelSpec): Task {
  return definitionFor(located, spec).task;
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
  const handle = await definitionFor(located, spec).resolve(located, spec, notify, signal);
  return { ...handle, batchSize: spec.batchSize };
}

function definitionFor(located: LocatedModel, spec: ModelSpec): TaskDefinition {
  if (spec.task !== undefined) return definitionOf(spec.task);
  for (const task of TASKS) {
    const definition = REGISTRY[task] as TaskDefinition | undefined;
    if (definition?.recognises(located, spec)) return definition;
  }
  const tasks = TASKS.join(', ');
  const message = located.config
    ? `${located.config.file} does not determine the task of ${located.name}: set it with --task (${tasks})`
    : `${located.directory ?? located.name} has no config that determines its task: set --model-config or --task (${tasks}); ${WHERE_TEMPLATES_ARE}`;
  throw new FdeployError('CONFIG_MISSING', message, { file: located.config?.file ?? located.name });
}

function definitionOf<T extends Task>(task: T): TaskDefinition<T> {
  const definition = REGISTRY[task];
  if (!definition)
    throw new FdeployError('MODEL_UNSUPPORTED', `the task ${task} is not available`, {
      expected: TASKS.join(', '),
    });
  return definition;
}
