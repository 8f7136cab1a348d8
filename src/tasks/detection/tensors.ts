import { FdeployError } from '../../contracts/errors.js';
import type { Tensor } from '../../contracts/tensor.js';

type Outputs = Readonly<Record<string, Tensor>>;

function outputOf(outputs: Outputs, name: string): Tensor {
  const tensor = outputs[name];
  if (tensor) return tensor;
  const found = Object.keys(outputs).join(', ');
  throw new FdeployError('RESULT_INVALID', `the network returned no output ${name}`, {
    expected: name,
    found,
  });
}

/**
 * The float32 values and dimensions of an output.
 * @throws FdeployError RESULT_INVALID if it is missing or of another type
 */
export function floatsOf(outputs: Outputs, name: string): { data: Float32Array; dims: readonly number[] } {
  const tensor = outputOf(outputs, name);
  if (tensor.type === 'float32') return tensor;
  throw new FdeployError('RESULT_INVALID', `expected float32 from output ${name} but found ${tensor.type}`, {
    expected: 'float32',
    found: tensor.type,
  });
}

/** The values of an output as numbers; for a handful of them. */
export function numbersOf(outputs: Outputs, name: string): number[] {
  return Array.from(outputOf(outputs, name).data as ArrayLike<number | bigint>, Number);
}

/** The output as it is. */
export function tensorOf(outputs: Outputs, name: string): Tensor {
  return outputOf(outputs, name);
}
