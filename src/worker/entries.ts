import type { Mode } from '../contracts/results.js';

/** The module that a worker of each mode runs. */
export const ENTRIES: Readonly<Record<Mode, URL>> = {
  thread: new URL('./thread-entry.js', import.meta.url),
  process: new URL('./process-entry.js', import.meta.url),
};
