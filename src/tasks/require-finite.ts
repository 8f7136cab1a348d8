import { FdeployError } from '../contracts/errors.js';
import { allFinite } from '../ops/finite.js';

/**
 * Refuses scores that are no numbers, before anything is compared with them: with NaN every comparison is false, so that
 * a result without a trace of it could come out.
 * @param values of one picture
 * @param what gave them: "output y of model.onnx"
 * @throws FdeployError RESULT_INVALID
 */
export function requireFinite(values: Float32Array, what: string): void {
  if (!allFinite(values)) throw notFinite(what, values.find((value) => !Number.isFinite(value)) ?? NaN);
}

/** The error for a network that gave `value`. */
export function notFinite(what: string, value: number): FdeployError {
  const message = `${what} contains ${value}: the network's result cannot be used`;
  return new FdeployError('RESULT_INVALID', message, { expected: 'finite numbers', found: String(value) });
}
