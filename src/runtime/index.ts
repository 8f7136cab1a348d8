/** One network: from the user's file to sessions that share their weights. */
export { openRuntime } from './runtime.js';
export { resolveRuntime, type RuntimeSettings } from './resolve.js';
