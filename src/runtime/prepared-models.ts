/** The cache of prepared models, for other uses than resolving a network. */
import path from 'node:path';
import type { RuntimeHandle } from '../contracts/runtime.js';
import { countOperators } from '../onnx/operators.js';
import { cacheRoot } from '../config/cache-location.js';
import { contentHash } from './cache/content.js';
import { readManifest } from './cache/entry.js';
import { fdeployVersion } from '../config/version.js';
import { backendOf } from './backends/index.js';
import type { GraphReport } from './network.js';

export { contentHash, sourceFiles } from './cache/content.js';
export { saturates } from './backends/onnxruntime/saturation.js';
export { tableInCache } from './backends/onnxruntime/find-table.js';
export { cacheRoot } from '../config/cache-location.js';
export { clearEntries, listEntries, type CachedModel } from './cache/usage.js';
export type { GraphReport } from './network.js';

/**
 * The hash of each network's files, weights included.
 * @throws FdeployError as `contentHash` does
 */
export async function networkHashes(
  runtimes: Readonly<Record<string, RuntimeHandle>>,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [part, { original }] of Object.entries(runtimes)) {
    hashes[part] = await contentHash(original, cacheRoot());
  }
  return hashes;
}

/** Versions of the software that affects results, by name. */
export function softwareVersions(backend: string): Readonly<Record<string, string>> {
  return { fdeploy: fdeployVersion(), [backend]: backendOf(backend).version() };
}

/**
 * Changes of a network's graph by its preparation, or the nodes of a network that was not prepared; undefined if the file is
 * not ONNX.
 */
export function graphOf({
  file,
  prepared,
}: RuntimeHandle): (Partial<GraphReport> & Pick<GraphReport, 'model'>) | undefined {
  if (!prepared) return file.endsWith('.ort') ? undefined : { model: countOperators(file) };
  const manifest = readManifest(path.dirname(file));
  return typeof manifest === 'object' ? manifest.network.graph : undefined;
}
