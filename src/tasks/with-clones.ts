import type { ModelHandle } from '../contracts/model.js';
import type { Mode } from '../contracts/results.js';

/** Tells the networks how many clones one process will have: their compiled forms are made for so many at a time. */
export function withClones(handle: ModelHandle, mode: Mode, workers: number): ModelHandle {
  const clones = mode === 'thread' ? workers : 1;
  const runtimes = Object.entries(handle.runtimes).map(([name, runtime]) => [name, { ...runtime, clones }]);
  return { ...handle, runtimes: Object.fromEntries(runtimes) as ModelHandle['runtimes'] };
}
