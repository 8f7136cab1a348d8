import { deserializeError } from '../contracts/errors.js';
import { PageReader } from '../documents/page-reader.js';
import { decodeEncoded } from '../images/decode.js';
import { isAnimated } from '../images/animated.js';
import { loadSharp } from '../images/sharp-settings.js';
import { readSource } from '../sources/readers.js';
import { openHandle, preloadRuntime } from '../tasks/open-handle.js';
import type { WorkerParts } from './loop.js';
import type { Transport } from './transport.js';
import { makeWriters } from '../artifacts/writers.js';

/** Dependencies of workers in both modes. */
export function makeParts(transport: Transport): WorkerParts {
  const said = new Set<string>();
  const say = (sentence: string): void => {
    if (said.has(sentence)) return;
    said.add(sentence);
    void transport.post({ type: 'said', sentence });
  };
  const pages = new PageReader();
  return {
    open: openHandle,
    read: async (source) => {
      if (source.failure) throw deserializeError(source.failure);
      if (source.page !== undefined) return pages.read(source, source.page);
      return { bytes: await readSource(source), name: source.name || 'The empty path' };
    },
    decode: async (picture, options, needed, place) => {
      if (picture.render) return picture.render(options);
      const decoded = await decodeEncoded(picture, options, needed, place);
      if (isAnimated(picture.bytes)) say('of an animated GIF or WebP, only the first frame is predicted');
      return decoded;
    },
    writers: makeWriters(say),
    rss: () => process.memoryUsage.rss(),
  };
}

/** Preloads what every model and picture needs while the worker waits for its settings. Errors are reported on use. */
export async function preload(): Promise<void> {
  await Promise.allSettled([preloadRuntime(), loadSharp()]);
}
