import type { ValueInfo } from '../../contracts/tensor.js';
import { sizeEffect, sizeMismatch } from '../operators/size-effect.js';
import type { SegFileConfig } from './config.js';
import type { SegStep } from './operators/index.js';
import { prepare } from './preprocess.js';

/**
 * The transforms of an export of fixed size: where none of them changes a picture's size, the picture is resized
 * first, as FastDeploy does.
 * @throws FdeployError CONFIG_INVALID if they make all pictures of a size that the graph does not take
 */
export function withFixedSize(
  { steps, fixedSize }: SegFileConfig,
  { dims }: ValueInfo,
  file: string,
  source: string,
): SegStep[] {
  const [, , height = -1, width = -1] = dims;
  const size = width > 0 && height > 0 ? { width, height } : fixedSize;
  if (!size) return steps;
  const { keeps, fixed } = sizeEffect((picture) => prepare(steps, picture));
  if (keeps) {
    const settings = { ...size, keepRatio: false, divisor: 0, interpolation: 'linear' } as const;
    return [{ type: 'Resize', settings }, ...steps];
  }
  if (!fixed || (fixed.width === size.width && fixed.height === size.height)) return steps;
  throw sizeMismatch(file, fixed, source, size);
}
