import type { Range } from './table.js';

/** Scale and zero point of a uint8 tensor: value = scale * (stored - zero). */
export interface Uint8Parameters {
  readonly scale: number;
  readonly zero: number;
}

const SMALLEST_NORMAL = 2 ** -126;
const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT8 = 127;

/** Rounds to the nearest integer, ties to even. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** Parameters of a range, as onnxruntime's quantiser computes them: the range is widened to hold 0. */
export function uint8Parameters([min, max]: Range): Uint8Parameters {
  const low = Math.min(min, 0);
  const scale = (Math.max(max, 0) - low) / 255;
  if (!(scale >= SMALLEST_NORMAL)) return { scale: 1, zero: 0 };
  return { scale: Math.fround(scale), zero: Math.min(255, Math.max(0, roundHalfEven(-low / scale))) };
}

/** int8 weights and int32 biases of a layer, with one scale per output channel. */
export interface QuantizedWeights {
  readonly values: Int8Array;
  readonly scales: Float32Array;
  readonly bias: Int32Array | undefined;
}

/**
 * Quantises weights symmetrically per output channel. Where a bias would overflow int32, the channel's scale is enlarged.
 * @param channelOf the output channel of the i-th weight
 * @param inputScale scale of the layer's input: the bias has the scale `inputScale * scales[channel]`
 */
export function quantizeWeights(
  weights: Float32Array | Float64Array,
  channels: number,
  channelOf: (i: number) => number,
  inputScale: number,
  bias?: Float64Array,
): QuantizedWeights {
  const scales = new Float32Array(channels);
  for (let i = 0; i < weights.length; i++) {
    const channel = channelOf(i);
    const magnitude = Math.abs(weights[i]!);
    if (magnitude > scales[channel]!) scales[channel] = magnitude;
  }
  for (let channel = 0; channel < channels; channel++) {
    const needed = bias ? Math.abs(bias[channel]!) / (inputScale * MAX_INT32) : 0;
    const scale = Math.max(scales[channel]! / MAX_INT8, needed * (1 + 2 ** -20));
    scales[channel] = scale >= SMALLEST_NORMAL ? scale : 1;
  }
  const values = new Int8Array(weights.length);
  for (let i = 0; i < weights.length; i++) {
    const rounded = roundHalfEven(weights[i]! / scales[channelOf(i)]!);
    values[i] = Math.min(MAX_INT8, Math.max(-MAX_INT8, rounded));
  }
  const rounded =
    bias &&
    Int32Array.from(bias, (value, channel) => roundHalfEven(value / biasScale(inputScale, scales[channel]!)));
  return { values, scales, bias: rounded };
}

/** The scale of a bias, as float32. */
export const biasScale = (inputScale: number, weightScale: number): number =>
  Math.fround(inputScale * weightScale);
