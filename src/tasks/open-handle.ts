import { FdeployError } from '../contracts/errors.js';
import { kindOf } from '../contracts/kind-of.js';
import type { Model, ModelHandle } from '../contracts/model.js';
import { TASKS, type Task } from '../contracts/results.js';
import { loadTask, type TaskConfigs } from './table.js';

export { preloadRuntime } from '../runtime/index.js';

/**
 * Makes a clone from a handle, in any thread or process.
 * @throws FdeployError BAD_OPTION if it is no handle; MODEL_INVALID, RUNTIME_UNAVAILABLE
 */
export async function openHandle<T extends Task>(handle: ModelHandle<T>): Promise<Model<T>> {
  checkHandle(handle);
  return (await loadTask(handle.task)).open(handle);
}

/** Untyped code may pass anything. A handle from another thread has the config that its task made. */
function checkHandle<T extends Task>(given: ModelHandle<T>): asserts given is ModelHandle<T, TaskConfigs[T]> {
  const value: unknown = given;
  if (typeof value === 'object' && value !== null && 'task' in value && 'runtimes' in value) {
    if (TASKS.some((task) => task === value.task)) return;
  }
  throw new FdeployError(
    'BAD_OPTION',
    `openHandle takes the result of a model's handle(), not ${kindOf(value)}`,
  );
}
