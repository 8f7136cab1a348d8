import type { StageTimes } from './results.js';

/** A picture's stages in their order. */
export const STAGES = [
  'decode',
  'preprocess',
  'inference',
  'postprocess',
  'artifacts',
] as const satisfies (keyof StageTimes)[];

/** Milliseconds, rounded to microseconds. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** All stages, rounded to microseconds. */
export function roundTimes({
  decode,
  preprocess,
  inference,
  postprocess,
  artifacts,
}: StageTimes): StageTimes {
  return {
    decode: toMicroseconds(decode),
    preprocess: toMicroseconds(preprocess),
    inference: toMicroseconds(inference),
    postprocess: toMicroseconds(postprocess),
    ...(artifacts !== undefined && { artifacts: toMicroseconds(artifacts) }),
  };
}
