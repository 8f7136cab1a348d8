import type { Backend } from '../../../contracts/backend.js';
import { loadOnnxruntime } from './session.js';
import { openSessionRuntime } from './session-runtime.js';
import { disableTelemetry } from './telemetry.js';
import { onnxruntimeVersion } from './version.js';

/** onnxruntime-node on the CPU. */
export const onnxruntime: Backend = {
  version: onnxruntimeVersion,
  configureProcess: disableTelemetry,
  preload: async () => {
    await loadOnnxruntime();
  },
  examine: async () => (await import('./examine.js')).examineOnnxruntime(),
  // Loaded lazily: workers open networks but never prepare any.
  resolve: async (source, settings) => (await import('./resolve.js')).resolveSession(source, settings),
  open: openSessionRuntime,
};
