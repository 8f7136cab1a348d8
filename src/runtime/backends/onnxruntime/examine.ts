import type { BackendState } from '../../../contracts/backend.js';
import { loadOnnxruntime } from './session.js';
import { onnxruntimeVersion } from './version.js';

/** Whether onnxruntime can be loaded, and its devices. */
export async function examineOnnxruntime(): Promise<BackendState> {
  const version = onnxruntimeVersion();
  try {
    await loadOnnxruntime();
    return { version, precisions: ['float32', 'int8'], devices: [{ name: 'cpu' }] };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { version, problem, precisions: [], devices: [] };
  }
}
