import { DEFAULT_COMPUTE } from '../../../contracts/compute.js';
import { SIMPLIFIER_VERSION } from '../../../onnx/simplify/version.js';
import { simplifies } from './prepare/simplifies.js';
import { onnxruntimeVersion } from './version.js';

/** What a prepared network depends on besides its files, fdeploy and the processor. */
export function keyParts(): string[] {
  const { backend, device, precision } = DEFAULT_COMPUTE;
  return [
    backend,
    device,
    precision,
    onnxruntimeVersion(),
    simplifies() ? `simplified ${SIMPLIFIER_VERSION}` : 'untouched',
  ];
}
