import { deserializeError } from '../contracts/errors.js';
import { decodeEncoded } from '../images/decode.js';
import { loadSharp } from '../images/sharp-settings.js';
import { readSource } from '../sources/readers.js';
import { openHandle, preloadRuntime } from '../tasks/open-handle.js';
import type { WorkerParts } from './loop.js';
import type { Transport } from './transport.js';
import { makeWriters } from '../artifacts/writers.js';

/** Dependencies of workers in both modes. */
export function makeParts(transport: Transport): WorkerParts {
  const said = new Set<string>();
  return {
    open: openHandle,
    read: async (source) => {
      if (source.failure) throw deserializeError(source.failure);
      return { bytes: await readSource(source), name: source.name || 'The empty path' };
    },
    decode: decodeEncoded,
    writers: makeWriters((sentence) => {
      if (said.has(sentence)) return;
      said.add(sentence);
      void transport.post({ type: 'said', sentence });
    }),
    rss: () => process.memoryUsage.rss(),
  };
}

/** Preloads what every model and picture needs while the worker waits for its settings. Errors are reported on use. */
export async function preload(): Promise<void> {
  await Promise.allSettled([preloadRuntime(), loadSharp()]);
}
