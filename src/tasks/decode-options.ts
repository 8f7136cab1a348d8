import type { Background, DecodeOptions } from '../contracts/picture.js';
import type { ModelSpec } from '../contracts/spec.js';

/** libvips' own limit: 0x3FFF squared pixels. */
export const DEFAULT_MAX_PIXELS = 268_402_689;

/** The caller's decoding settings over the task's defaults. */
export function decodeOptions(spec: ModelSpec, background: Background): DecodeOptions {
  return { background, acceptTruncated: false, maxPixels: DEFAULT_MAX_PIXELS, ...spec.decode };
}
