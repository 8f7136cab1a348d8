import { decodePicture } from '../images/decode.js';
import { loadSharp } from '../images/sharp-settings.js';
import { openHandle } from '../tasks/open-handle.js';
import type { WorkerParts } from './loop.js';
import { writers } from './writers.js';

/** What every worker of a run works with, whatever it runs in. */
export const parts: WorkerParts = {
  /** The decoder loads beside the model, so that the first picture does not wait for it. */
  open: async (handle) => (await Promise.all([openHandle(handle), loadSharp()]))[0],
  decode: decodePicture,
  writers,
  rss: () => process.memoryUsage.rss(),
};
