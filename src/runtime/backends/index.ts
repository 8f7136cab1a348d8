import type { Backend } from '../../contracts/backend.js';
import { DEFAULT_COMPUTE, type BackendName } from '../../contracts/compute.js';
import { FdeployError } from '../../contracts/errors.js';
import { onnxruntime } from './onnxruntime/index.js';
import { openvino } from './openvino/index.js';

/** All backends by name. A new one is a folder here and a line in this table. */
export const BACKENDS: Record<string, Backend> = {
  onnxruntime,
  openvino,
} satisfies Record<BackendName, Backend>;

/**
 * The backend of a name. Default: onnxruntime.
 * @throws FdeployError BAD_OPTION if there is no such backend
 */
export function backendOf(name: string = DEFAULT_COMPUTE.backend): Backend {
  const backend = BACKENDS[name];
  if (backend) return backend;
  const known = Object.keys(BACKENDS).join(', ');
  throw new FdeployError('BAD_OPTION', `there is no backend "${name}": there are ${known}`, {
    expected: known,
    found: name,
  });
}
