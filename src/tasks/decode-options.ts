import type { Background, DecodeOptions } from '../contracts/picture.js';
import type { ModelSpec } from '../contracts/spec.js';
import { DEFAULT_DECODE } from '../images/decode.js';

/** The caller's decoding settings over the task's defaults; `exact`, which is what they are without a mode, is left out. */
export function decodeOptions(spec: ModelSpec, background: Background): DecodeOptions {
  const { mode, ...settings } = spec.decode ?? {};
  return { ...DEFAULT_DECODE, background, ...settings, ...(mode === 'fast' && { mode }) };
}
