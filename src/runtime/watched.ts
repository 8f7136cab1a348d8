import type { Runtime, RuntimeHandle } from '../contracts/runtime.js';
import type { Tensor } from '../contracts/tensor.js';

/** Called after each run of a network with its inputs, which are valid during the call, and the run's milliseconds. */
export type Watcher = (feeds: Readonly<Record<string, Tensor>>, ms: number) => Promise<void> | void;

const watchers = new Map<string, Watcher>();

/**
 * Watches the runs of clones that are opened in this thread from now on.
 * @param file that the handles of the clones open
 * @returns a function that ends it
 */
export function watchRuns(file: string, watcher: Watcher): () => void {
  watchers.set(file, watcher);
  return () => {
    watchers.delete(file);
  };
}

/** The runtime; a watched one if its file is watched. */
export function watched({ file }: RuntimeHandle, runtime: Runtime): Runtime {
  if (!watchers.has(file)) return runtime;
  return {
    handle: runtime.handle,
    async run(feeds) {
      const start = performance.now();
      const outputs = await runtime.run(feeds);
      await watchers.get(file)?.(feeds, performance.now() - start);
      return outputs;
    },
    clone: async () => watched(runtime.handle, await runtime.clone()),
    close: () => runtime.close(),
  };
}
