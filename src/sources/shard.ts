import { createHash } from 'node:crypto';
import type { Shard } from '../contracts/shard.js';
import { sourceKey, type Source } from '../contracts/source.js';

/** Bytes of the digest that count: an exact integer, so many that the parts are equal. */
const DIGEST_BYTES = 6;

/**
 * Whether a source belongs to a shard: the first 48 bits of the SHA-256 of its key, modulo the number of shards. It depends on
 * the name alone, so shards are disjoint and complete in any order of listing. Pages belong to the shard of their document.
 */
export function isInShard({ name, nameBytes }: Omit<Source, 'locator'>, { number, count }: Shard): boolean {
  const key = sourceKey({ name, ...(nameBytes !== undefined && { nameBytes }) });
  const digest = createHash('sha256').update(key).digest();
  return digest.readUIntBE(0, DIGEST_BYTES) % count === number - 1;
}

/** The sources of a shard, which may be none; all without a shard. */
export async function* sourcesOfShard(
  sources: AsyncIterable<Source>,
  shard: Shard | undefined,
): AsyncGenerator<Source, void, undefined> {
  for await (const source of sources) if (!shard || isInShard(source, shard)) yield source;
}
