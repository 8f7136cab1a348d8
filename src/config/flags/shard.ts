import { FdeployError } from '../../contracts/errors.js';
import type { Shard } from '../../contracts/shard.js';

const MOST = 1_000_000;

/**
 * Reads `i/n`, i from 1 to n.
 * @param name of the option in messages
 * @throws FdeployError BAD_OPTION
 */
export function shardOf(text: string, name = '--shard'): Shard {
  const [, i, n] = /^\s*(\d{1,7})\s*\/\s*(\d{1,7})\s*$/.exec(text) ?? [];
  const shard = { number: Number(i), count: Number(n) };
  if (shard.number >= 1 && shard.number <= shard.count && shard.count <= MOST) return shard;
  const expected = `i/n with i from 1 to n, such as 1/4, and n up to ${MOST}`;
  throw new FdeployError('BAD_OPTION', `${name} must be ${expected}, not '${text}'`, {
    file: name,
    expected,
    found: text,
  });
}

/** Checks a shard, and gives it back as it was written. */
export function shardText(text: string, name: string): string {
  shardOf(text, name);
  return text;
}
