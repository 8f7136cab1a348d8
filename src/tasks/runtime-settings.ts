import type { RuntimeSettings } from '../contracts/backend.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';

/** How the networks of a model are made ready. */
export function runtimeSettings(
  { threads, shareWeights, backend, device, precision }: ModelSpec,
  notify: Notify,
  signal?: AbortSignal,
): RuntimeSettings {
  return {
    ...{ threads, shareWeights, notify, signal },
    ...(backend !== undefined && { backend }),
    ...(device !== undefined && { device }),
    ...(precision !== undefined && { precision }),
  };
}
