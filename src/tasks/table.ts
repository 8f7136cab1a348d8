import type { Task } from '../contracts/results.js';
import type { TaskDefinition } from './task-definition.js';

/**
 * Every task and the folder that does it, loaded when it is asked for: a clone loads its own task and no other, since each worker has
 * modules of its own in memory.
 */
const TABLE = {
  classification: async () => (await import('./classification/index.js')).classification,
  detection: async () => (await import('./detection/index.js')).detection,
  segmentation: async () => (await import('./segmentation/index.js')).segmentation,
  ocr: async () => (await import('./ocr/index.js')).ocr,
} satisfies { readonly [T in Task]: () => Promise<TaskDefinition<T>> };

/** What the clones of each task are built from. */
export type TaskConfigs = {
  readonly [T in Task]: Awaited<ReturnType<(typeof TABLE)[T]>> extends TaskDefinition<T, infer Config>
    ? Config
    : never;
};

type Loaders = { readonly [T in Task]: () => Promise<TaskDefinition<T, TaskConfigs[T]>> };

/** The definition of a task. */
export function loadTask<T extends Task>(task: T): Promise<TaskDefinition<T, TaskConfigs[T]>> {
  const loaders: Loaders = TABLE;
  return loaders[task]();
}
