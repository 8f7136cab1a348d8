import { decodeEncoded } from '../images/decode.js';
import { loadSharp } from '../images/sharp-settings.js';
import { readSource } from '../sources/readers.js';
import { openHandle, preloadRuntime } from '../tasks/open-handle.js';
import type { WorkerParts } from './loop.js';
import type { Transport } from './transport.js';
import { makeWriters } from '../artifacts/writers.js';

/** What every worker of a run works with, whatever it runs in. */
export function makeParts(transport: Transport): WorkerParts {
  const said = new Set<string>();
  return {
    open: openHandle,
    read: async (source) => ({ bytes: await readSource(source), name: source.name || 'The empty path' }),
    decode: decodeEncoded,
    writers: makeWriters((sentence) => {
      if (said.has(sentence)) return;
      said.add(sentence);
      void transport.post({ type: 'said', sentence });
    }),
    rss: () => process.memoryUsage.rss(),
  };
}

/** Loads what every model and picture needs while the worker waits for its settings; what fails here fails again at its use. */
export async function preload(): Promise<void> {
  await Promise.allSettled([preloadRuntime(), loadSharp()]);
}
