import { FdeployError } from '../../../contracts/errors.js';
import type { ValueInfo } from '../../../contracts/tensor.js';

/** Maximum number of values of an input: 2 GiB of float32. */
const MAX_VALUES = 2 ** 29;

/**
 * Rejects a network whose fixed dimensions require an enormous input. Free dimensions count as 1.
 * @throws FdeployError MODEL_UNSUPPORTED
 */
export function refuseHugeInputs(inputs: readonly ValueInfo[], file: string): void {
  for (const { name, dims } of inputs) {
    const values = dims.reduce((product, size) => product * Math.max(1, size), 1);
    if (values <= MAX_VALUES) continue;
    const found = dims.map((size) => (size > 0 ? size : '?')).join(' x ');
    const message = `${file}: its input "${name}" is ${found}, more than the ${MAX_VALUES} values that fdeploy gives a network`;
    throw new FdeployError('MODEL_UNSUPPORTED', message, { file, found });
  }
}
