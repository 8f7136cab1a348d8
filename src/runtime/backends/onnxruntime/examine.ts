import { DEVICE_KINDS } from '../../../contracts/compute.js';
import { messageOf } from '../../../contracts/errors.js';
import type { BackendState } from '../../../contracts/backend.js';
import { deviceProblem } from './devices/check.js';
import { loadOnnxruntime } from './session.js';
import { onnxruntimeVersion } from './version.js';

/** Whether onnxruntime can be loaded, and its devices. */
export async function examineOnnxruntime(): Promise<BackendState> {
  const version = onnxruntimeVersion();
  try {
    await loadOnnxruntime();
    const devices = DEVICE_KINDS.map(async (name) => {
      const problem = name === 'cpu' ? undefined : await deviceProblem(name);
      return { name, ...(problem !== undefined && { problem }) };
    });
    return { version, precisions: ['float32', 'int8'], devices: await Promise.all(devices) };
  } catch (error) {
    const problem = messageOf(error);
    return { version, problem, precisions: [], devices: [] };
  }
}
