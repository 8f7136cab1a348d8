import { FdeployError } from '../../contracts/errors.js';
import type { ValueInfo } from '../../contracts/tensor.js';
import { applyStep, type DetStep } from './operators/index.js';
import { initialState } from './preprocess.js';

/** The layout that the dimensions of a graph's picture input tell. */
export function layoutOf({ dims }: ValueInfo): 'chw' | 'hwc' | undefined {
  if (dims[1] === 3 && dims[3] !== 3) return 'chw';
  return dims[3] === 3 && dims[1] !== 3 ? 'hwc' : undefined;
}

/** Two shapes of pictures that only a config of fixed size brings to one. */
const PROBES = [
  [640, 480],
  [300, 700],
] as const;

/**
 * A graph of fixed size must get pictures of that size, where the config makes all of one size.
 * @throws FdeployError CONFIG_INVALID
 */
export function checkSize(steps: readonly DetStep[], image: ValueInfo, file: string, source: string): void {
  const [height, width] = layoutOf(image) === 'hwc' ? image.dims.slice(1, 3) : image.dims.slice(2, 4);
  if (height === undefined || width === undefined || (height < 1 && width < 1)) return;
  const [first, second] = PROBES.map(([probeWidth, probeHeight]) => sizeOf(steps, probeWidth, probeHeight));
  if (!first || first.width !== second?.width || first.height !== second.height) return;
  if ((width < 1 || width === first.width) && (height < 1 || height === first.height)) return;
  const expected = `${width} x ${height}`;
  const found = `${first.width} x ${first.height}`;
  const message = `${file} produces pictures of ${found}, but ${source} expects ${expected}`;
  throw new FdeployError('CONFIG_INVALID', message, { file, expected, found });
}

function sizeOf(steps: readonly DetStep[], width: number, height: number) {
  const state = initialState(width, height);
  try {
    for (const step of steps) applyStep(step, state);
  } catch (error) {
    // a probe that does not fit an operator says nothing about the config
    if (error instanceof FdeployError) return undefined;
    throw error;
  }
  return { width: state.stages.width, height: state.stages.height };
}
