import { FdeployError } from '../contracts/errors.js';
import type { ValueInfo } from '../contracts/tensor.js';
import type { Tensor } from '../contracts/tensor.js';
import { floatToHalf } from './half.js';

/** The error of a network that could not be run. */
export function inferenceFailed(source: string, reason: string, cause?: unknown): FdeployError {
  const message = `${source} could not be run: ${reason}`;
  return new FdeployError('INFERENCE_FAILED', message, { file: source, cause });
}

/**
 * A tensor as an input of a network takes it.
 * @param source of the network
 * @throws FdeployError INFERENCE_FAILED if it is missing or has another number of dimensions
 */
export function feedOf(input: ValueInfo, tensor: Tensor | undefined, source: string): Tensor {
  if (!tensor) throw inferenceFailed(source, `its input "${input.name}" is missing`);
  const [wants, has] = [input.dims.length, tensor.dims.length];
  if (wants > 0 && wants !== has) {
    throw inferenceFailed(source, `its input "${input.name}" wants ${wants} dimensions, not ${has}`);
  }
  if (input.type === 'float16' && tensor.type === 'float32') {
    return { type: 'float16', dims: tensor.dims, data: floatToHalf(tensor.data) };
  }
  return tensor;
}
