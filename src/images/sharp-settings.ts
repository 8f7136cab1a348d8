import { createRequire } from 'node:module';
import type { Sharp, SharpConstructor } from 'sharp';

const load = createRequire(import.meta.url);

let loading: Promise<SharpConstructor> | undefined;

/**
 * sharp with one thread a picture and no cache: the clones are the parallelism, and no picture is asked for twice.
 * Loaded at the first use, so that nothing native is loaded by an import. Every use of sharp goes through here.
 */
export function loadSharp(): Promise<SharpConstructor> {
  loading ??= Promise.resolve().then(() => {
    const sharp = load('sharp') as SharpConstructor; // its ES modules need Node.js 20.10
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loading;
}

export type { Sharp };
