import { FdeployError } from '../contracts/errors.js';
import { kindOf } from '../contracts/kind-of.js';
import type { Model, ModelHandle } from '../contracts/model.js';
import { TASKS, type Task } from '../contracts/results.js';
import type { TaskDefinition } from './definition.js';

export { preloadRuntime } from '../runtime/index.js';

type Loaders = { readonly [T in Task]: () => Promise<TaskDefinition<T>> };

/** A clone loads its own task and no other: each worker has modules of its own in memory. */
const LOADERS: Loaders = {
  classification: async () => (await import('./classification/index.js')).classification,
  detection: async () => (await import('./detection/index.js')).detection,
  segmentation: async () => (await import('./segmentation/index.js')).segmentation,
  ocr: async () => (await import('./ocr/index.js')).ocr,
};

/**
 * Makes a clone from a handle, in any thread or process.
 * @throws FdeployError BAD_OPTION if it is no handle; MODEL_INVALID, RUNTIME_UNAVAILABLE
 */
export async function openHandle<T extends Task>(handle: ModelHandle<T>): Promise<Model<T>> {
  checkHandle(handle);
  const load: () => Promise<TaskDefinition<T>> = LOADERS[handle.task];
  return (await load()).open(handle);
}

/** Untyped code may pass anything. */
function checkHandle(given: unknown): void {
  if (typeof given === 'object' && given !== null && 'task' in given && 'runtimes' in given) {
    if (TASKS.some((task) => task === given.task)) return;
  }
  throw new FdeployError(
    'BAD_OPTION',
    `openHandle takes the result of a model's handle(), not ${kindOf(given)}`,
  );
}
