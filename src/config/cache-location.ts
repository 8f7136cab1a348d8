import path from 'node:path';
import envPaths from 'env-paths';
import { byteSize } from './flags/values.js';

const DEFAULT_LIMIT = 8 * 1024 ** 3;

/** The cache's folder: `$FDEPLOY_CACHE`, else `fdeploy` in the platform's cache folder. */
export function cacheRoot(): string {
  const named = process.env.FDEPLOY_CACHE;
  return named ? path.resolve(named) : envPaths('fdeploy', { suffix: '' }).cache;
}

/** Maximum size of the cache in bytes: `$FDEPLOY_CACHE_LIMIT`, else 8 GiB. @throws FdeployError BAD_OPTION */
export function cacheLimit(): number {
  const text = process.env.FDEPLOY_CACHE_LIMIT;
  return text ? byteSize(text, 'FDEPLOY_CACHE_LIMIT') : DEFAULT_LIMIT;
}
