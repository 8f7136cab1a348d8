import type { Model, ModelHandle } from '../contracts/model.js';
import type { Task } from '../contracts/results.js';
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

/** Makes a clone from a handle, in any thread or process. */
export async function openHandle<T extends Task>(handle: ModelHandle<T>): Promise<Model<T>> {
  const load: () => Promise<TaskDefinition<T>> = LOADERS[handle.task];
  return (await load()).open(handle);
}
