import { createRequire } from 'node:module';
import type { Sharp, SharpConstructor } from 'sharp';

const load = createRequire(import.meta.url);

let loading: Promise<SharpConstructor> | undefined;

/**
 * Loads sharp, with one thread per picture and no cache: the clones provide the parallelism, and no picture is decoded twice.
 * Loaded on first use, so that importing fdeploy loads no native code. All uses of sharp go through here.
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
