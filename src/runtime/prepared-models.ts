/** The cache of prepared models, for those that do more with it than resolve a network. */
export { contentHash } from './cache/content.js';
export { softwareVersions } from './cache/environment.js';
export { cacheRoot } from './cache/location.js';
export { clearEntries, listEntries, type CachedModel } from './cache/usage.js';
