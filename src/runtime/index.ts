/** One network: from the user's file to runtimes that share their weights. */
import type { RuntimeSettings } from '../contracts/backend.js';
import type { ModelSource, Runtime, RuntimeHandle } from '../contracts/runtime.js';
import { BACKENDS, backendOf } from './backends/index.js';

export { Calls } from './calls.js';
export type { RuntimeSettings } from '../contracts/backend.js';

/** Sets what backends read from the environment of this process. Call it in the main thread, before any worker starts. */
export function configureProcess(): void {
  for (const backend of Object.values(BACKENDS)) backend.configureProcess?.();
}

/**
 * Loads what every network of the default backend needs, so that the first one opens sooner.
 * @throws FdeployError RUNTIME_UNAVAILABLE
 */
export async function preloadRuntime(): Promise<void> {
  await backendOf().preload();
}

/**
 * Makes a network ready to be opened anywhere.
 * @throws FdeployError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_UNSUPPORTED, LFS_POINTER, OUTPUT_FAILED; BAD_OPTION if there is
 *   no such backend
 */
export async function resolveRuntime(source: ModelSource, settings: RuntimeSettings): Promise<RuntimeHandle> {
  return await backendOf(settings.backend).resolve(source, settings);
}

/**
 * Opens a clone of a network in this thread. Clones of one prepared network share the pages of its weights.
 * @throws FdeployError MODEL_INVALID naming the model, RUNTIME_UNAVAILABLE
 */
export async function openRuntime(handle: RuntimeHandle): Promise<Runtime> {
  return await backendOf(handle.backend).open(handle);
}
