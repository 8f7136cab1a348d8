/** Networks: from the user's file to runtimes that share their weights. */
import { BACKEND_NAMES, type BackendName } from '../contracts/compute.js';
import type { BackendState, RuntimeSettings } from '../contracts/backend.js';
import type { ModelSource, Runtime, RuntimeHandle } from '../contracts/runtime.js';
import { BACKENDS, backendOf } from './backends/index.js';
import { watched } from './watched.js';

export { watchRuns, type Watcher } from './watched.js';
export { Calls } from './calls.js';
export type { RuntimeSettings } from '../contracts/backend.js';

/**
 * Sets the environment variables that backends read. Call it in the main thread, before any worker starts.
 * @param libraries where the user says that libraries of backends are: files or folders
 */
export function configureProcess(libraries: Partial<Record<BackendName, string | undefined>> = {}): void {
  for (const name of BACKEND_NAMES) BACKENDS[name]?.configureProcess?.(libraries[name]);
}

/**
 * Preloads what every network of the default backend needs, so that the first one opens faster.
 * @throws FdeployError RUNTIME_UNAVAILABLE
 */
export async function preloadRuntime(): Promise<void> {
  await backendOf().preload();
}

/** What there is of each backend on this machine, by name. */
export async function examineBackends(): Promise<Record<string, BackendState>> {
  const states: Record<string, BackendState> = {};
  for (const [name, backend] of Object.entries(BACKENDS)) states[name] = await backend.examine();
  return states;
}

/**
 * Prepares a network so that any thread or process can open it.
 * @throws FdeployError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_UNSUPPORTED, LFS_POINTER, OUTPUT_FAILED; BAD_OPTION if there is
 *   no such backend
 */
export async function resolveRuntime(source: ModelSource, settings: RuntimeSettings): Promise<RuntimeHandle> {
  return await backendOf(settings.backend).resolve(source, settings);
}

/**
 * Opens a clone of a network in this thread. Clones of a prepared network share the memory of its weights.
 * @throws FdeployError MODEL_INVALID naming the model, RUNTIME_UNAVAILABLE
 */
export async function openRuntime(handle: RuntimeHandle): Promise<Runtime> {
  const runtime = await backendOf(handle.backend).open(handle);
  return watched(handle, runtime);
}
