import { FdeployError } from '../../contracts/errors.js';
import type { ValueInfo } from '../../contracts/tensor.js';
import type { SegFileConfig } from './config.js';
import type { SegStep } from './operators/index.js';
import { prepare } from './preprocess.js';

/** Shapes of pictures that only transforms to a fixed size bring to one. */
const PROBES = [
  { width: 640, height: 480 },
  { width: 300, height: 700 },
];

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
  const made = PROBES.map((probe) => sizeAfter(steps, probe));
  if (made.every((one, i) => one?.width === PROBES[i]!.width && one.height === PROBES[i]!.height)) {
    const settings = { ...size, keepRatio: false, divisor: 0, interpolation: 'linear' } as const;
    return [{ type: 'Resize', settings }, ...steps];
  }
  const [first, second] = made;
  const isFixed = first !== undefined && first.width === second?.width && first.height === second.height;
  if (!isFixed || (first.width === size.width && first.height === size.height)) return steps;
  const expected = `${size.width} x ${size.height}`;
  const found = `${first.width} x ${first.height}`;
  const message = `${file} produces pictures of ${found}, but ${source} expects ${expected}`;
  throw new FdeployError('CONFIG_INVALID', message, { file, expected, found });
}

function sizeAfter(steps: readonly SegStep[], probe: { width: number; height: number }) {
  try {
    return prepare(steps, probe);
  } catch (error) {
    // a probe that does not fit a transform says nothing about the config
    if (error instanceof FdeployError) return undefined;
    throw error;
  }
}
