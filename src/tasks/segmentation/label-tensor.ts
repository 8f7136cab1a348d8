import { FdeployError } from '../../contracts/errors.js';
import type { Tensor } from '../../contracts/tensor.js';

/** The largest id that a mask's PNG can hold. */
const MAX_ID = 65_535;

/** The values as numbers; of int64 the low words, in which every id fits that can be used. */
function valuesOf(
  data: Tensor['data'],
  from: number,
  to: number,
): { values: ArrayLike<number>; step: number } {
  if (!(data instanceof BigInt64Array)) return { values: data.subarray(from, to), step: 1 };
  return { values: new Int32Array(data.buffer, data.byteOffset + from * 8, (to - from) * 2), step: 2 };
}

/**
 * A label map out of a tensor of any type, in the smallest type that holds its ids.
 * @param from first value of the map
 * @throws FdeployError RESULT_INVALID if a value is no class id
 */
export function labelMap({ data, type }: Tensor, from: number, pixels: number): Uint8Array | Uint16Array {
  const { values, step } = valuesOf(data, from, from + pixels);
  let largest = 0;
  for (let i = 0; i < pixels * step; i += step) {
    const id = values[i]!;
    if (!(id >= 0 && id <= MAX_ID)) {
      const message = `the network's label map contains ${id}: expected class ids from 0 to ${MAX_ID}`;
      throw new FdeployError('RESULT_INVALID', message, { found: `${id} (${type})` });
    }
    if (id > largest) largest = id;
  }
  const labels = largest > 255 ? new Uint16Array(pixels) : new Uint8Array(pixels);
  for (let i = 0, at = 0; i < pixels; i++, at += step) labels[i] = values[at]!;
  return labels;
}
