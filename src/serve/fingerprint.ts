import { createHash } from 'node:crypto';
import type { Compute } from '../contracts/compute.js';
import type { ModelHandle } from '../contracts/model.js';
import { canonicalJson } from '../resume/canonical-json.js';
import { networkHashes } from '../runtime/prepared-models.js';

/**
 * SHA-256 of all that decides a model's results: the content of its networks, its config, labels and settings, and how it is
 * computed. Equal on all machines.
 */
export async function modelFingerprint(handle: ModelHandle, compute: Compute): Promise<string> {
  const networks = await networkHashes(handle.runtimes);
  const { task, config, decode } = handle;
  return createHash('sha256')
    .update(canonicalJson({ task, networks, config, decode, compute }))
    .digest('hex');
}
