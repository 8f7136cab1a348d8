import type { ModelHandle } from '../contracts/model.js';

/**
 * The model for a run of so few pages that workers would stay without one: the CPUs are shared out among the others as
 * intra-op threads. A page with 90 lines is 90 inferences, which took 3.7 s with one thread and 2.5 s with two; the results
 * are the same. Models with one short inference a picture stay as they are.
 * @param cpus that the run may use in all
 */
export function withSpareCpus(handle: ModelHandle, pictures: number, cpus: number): ModelHandle {
  const threads = Math.floor(cpus / Math.max(1, pictures));
  if (handle.inferencesPerPicture !== 'several' || threads <= 1) return handle;
  const runtimes = Object.entries(handle.runtimes).map(([name, runtime]) => [name, { ...runtime, threads }]);
  return { ...handle, runtimes: Object.fromEntries(runtimes) as ModelHandle['runtimes'] };
}
