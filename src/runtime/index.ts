/** One network: from the user's file to sessions that share their weights. */
export { openRuntime } from './runtime.js';
export { contentHash } from './cache/content.js';
export { cacheRoot } from './cache/location.js';
export { clearEntries, listEntries, type CachedModel } from './cache/usage.js';
export { resolveRuntime, type RuntimeSettings } from './resolve.js';
