/** One network: from the user's file to sessions that share their weights. */
import type { ModelSource, RuntimeHandle } from '../contracts/runtime.js';
import type { RuntimeSettings } from './backends/onnxruntime/resolve.js';

export { Calls } from './calls.js';
export { openRuntime, preloadRuntime } from './backends/onnxruntime/session-runtime.js';
export type { RuntimeSettings } from './backends/onnxruntime/resolve.js';

/**
 * Makes a network ready to be opened anywhere: see `resolve.ts`, which workers never load.
 * @throws FdeployError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_UNSUPPORTED, LFS_POINTER, OUTPUT_FAILED
 */
export async function resolveRuntime(source: ModelSource, settings: RuntimeSettings): Promise<RuntimeHandle> {
  return (await import('./backends/onnxruntime/resolve.js')).resolveRuntime(source, settings);
}
