import type { Background, DecodeOptions } from '../contracts/picture.js';
import type { ModelSpec } from '../contracts/spec.js';
import { DEFAULT_DECODE } from '../images/decode.js';

/** The caller's decoding settings over the task's defaults. */
export function decodeOptions(spec: ModelSpec, background: Background): DecodeOptions {
  return { ...DEFAULT_DECODE, background, ...spec.decode };
}
