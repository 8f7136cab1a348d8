/** The files and folders that a run writes: what they must not touch, and that no other run writes them. */
export { lockOutput, type OutputLock } from './lock.js';
export { isSame, placeOf, type Place } from './place.js';
export { RunOutputs, type RunPaths } from './run-outputs.js';
