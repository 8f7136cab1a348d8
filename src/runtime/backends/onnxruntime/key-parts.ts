import { createHash } from 'node:crypto';
import { DEFAULT_COMPUTE } from '../../../contracts/compute.js';
import { SIMPLIFIER_VERSION } from '../../../onnx/simplify/version.js';
import type { NetworkTable } from '../../../onnx/quantize/index.js';
import { simplifies } from './prepare/simplifies.js';
import { onnxruntimeVersion } from './version.js';

/**
 * What a prepared network depends on besides its files, fdeploy and the processor.
 * @param table of a network that runs in int8
 */
export function keyParts(table?: NetworkTable): string[] {
  const { backend, device, precision } = DEFAULT_COMPUTE;
  return [
    backend,
    device,
    table ? `int8 ${hashOf(table)}` : precision,
    onnxruntimeVersion(),
    simplifies() ? `simplified ${SIMPLIFIER_VERSION}` : 'untouched',
  ];
}

function hashOf({ ranges, float, bias }: NetworkTable): string {
  return createHash('sha256')
    .update(JSON.stringify([ranges, float, bias]))
    .digest('hex');
}
