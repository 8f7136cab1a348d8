import { decodeEncoded, readPicture } from '../images/decode.js';
import { loadSharp } from '../images/sharp-settings.js';
import { openHandle, preloadRuntime } from '../tasks/open-handle.js';
import type { WorkerParts } from './loop.js';
import { writers } from './writers.js';

/** What every worker of a run works with, whatever it runs in. */
export const parts: WorkerParts = {
  open: openHandle,
  read: readPicture,
  decode: decodeEncoded,
  writers,
  rss: () => process.memoryUsage.rss(),
};

/** Loads what every model and picture needs while the worker waits for its settings; what fails here fails again at its use. */
export async function preload(): Promise<void> {
  await Promise.allSettled([preloadRuntime(), loadSharp()]);
}
