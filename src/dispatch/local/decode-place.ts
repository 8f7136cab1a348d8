import type { ModelHandle } from '../../contracts/model.js';
import type { DecodePlace } from '../../contracts/picture.js';
import type { Mode } from '../../contracts/results.js';
import { usableCpus } from '../../machine/cpus.js';

/**
 * From this share of busy CPUs on, the clones decode in their own threads. Measured on 16 CPUs with a small network: 8 clones are
 * as fast either way, 12 clones faster by half.
 */
const BUSY_SHARE = 0.7;

/**
 * Where workers decode JPEGs. libuv's threads decode beside the inference, which is faster where CPUs are idle. Where the clones
 * fill the CPUs, nothing is gained by that, and threads of one process wait for each other's locks.
 */
export function decodePlace(mode: Mode, clones: number, { runtimes }: ModelHandle): DecodePlace {
  const threads = clones * (Object.values(runtimes)[0]?.threads ?? 1);
  return mode === 'thread' && clones > 1 && threads >= BUSY_SHARE * usableCpus() ? 'thread' : 'libuv';
}
