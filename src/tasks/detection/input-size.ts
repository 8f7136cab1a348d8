import type { ValueInfo } from '../../contracts/tensor.js';
import { sizeEffect, sizeMismatch } from '../operators/size-effect.js';
import { applyStep, type DetStep } from './operators/index.js';
import { initialState } from './preprocess.js';

/** The layout that the dimensions of a graph's picture input tell. */
export function layoutOf({ dims }: ValueInfo): 'chw' | 'hwc' | undefined {
  if (dims[1] === 3 && dims[3] !== 3) return 'chw';
  return dims[3] === 3 && dims[1] !== 3 ? 'hwc' : undefined;
}

/**
 * A graph of fixed size must get pictures of that size, where the config makes all of one size.
 * @throws FdeployError CONFIG_INVALID
 */
export function checkSize(steps: readonly DetStep[], image: ValueInfo, file: string, source: string): void {
  const [height, width] = layoutOf(image) === 'hwc' ? image.dims.slice(1, 3) : image.dims.slice(2, 4);
  if (height === undefined || width === undefined || (height < 1 && width < 1)) return;
  const { fixed } = sizeEffect((size) => {
    const state = initialState(size.width, size.height);
    for (const step of steps) applyStep(step, state);
    return state.stages;
  });
  if (!fixed) return;
  if ((width < 1 || width === fixed.width) && (height < 1 || height === fixed.height)) return;
  throw sizeMismatch(file, fixed, source, { width, height });
}
