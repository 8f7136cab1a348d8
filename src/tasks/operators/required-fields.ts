import type { Fields } from '../../config/fields.js';

/**
 * A size that a config must name: one number for both sides, or two.
 * @throws FdeployError CONFIG_INVALID
 */
export function requirePair(fields: Fields, key: string): [number, number] {
  const size = fields.pair(key);
  if (!size) throw fields.invalid(key, 'one or two whole numbers of at least 1');
  return size;
}

/**
 * Standard deviations, which values are divided by.
 * @throws FdeployError CONFIG_INVALID where one is 0
 */
export function requireDivisors<Std extends readonly number[]>(fields: Fields, std: Std): Std {
  if (std.includes(0)) throw fields.invalid('std', 'three numbers other than 0');
  return std;
}
