import type { Sharp, SharpConstructor } from 'sharp';

let loading: Promise<SharpConstructor> | undefined;

/**
 * sharp with one thread a picture and no cache: the clones are the parallelism, and no picture is asked for twice.
 * Loaded at the first use, so that nothing native is loaded by an import. Every use of sharp goes through here.
 */
export function loadSharp(): Promise<SharpConstructor> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loading;
}

export type { Sharp };
