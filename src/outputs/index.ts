/** The files and folders that a run writes: conflicts with other files, and locks against other runs. */
export { lockOutput, type OutputLock } from './lock.js';
export { isSame, placeOf, type Place } from './place.js';
export { placed } from './placed.js';
export { RunOutputs, type RunPaths } from './run-outputs.js';
