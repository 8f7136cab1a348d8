import { FdeployError } from '../../contracts/errors.js';
import type { PictureSize } from '../../contracts/picture.js';

/** Shapes of pictures that only steps to a fixed size bring to one. */
const PROBES: readonly PictureSize[] = [
  { width: 640, height: 480 },
  { width: 300, height: 700 },
];

const isSame = (a: PictureSize, b: PictureSize | undefined): boolean =>
  a.width === b?.width && a.height === b.height;

/** What a config's steps do to sizes, judged by pictures of two shapes. */
export interface SizeEffect {
  /** The steps leave every picture's size as it is. */
  readonly keeps: boolean;
  /** The one size that they bring every picture to. */
  readonly fixed?: PictureSize;
}

/** @param apply gives the size after the steps */
export function sizeEffect(apply: (size: PictureSize) => PictureSize): SizeEffect {
  const made = PROBES.map((probe) => sizeAfter(probe, apply));
  const keeps = PROBES.every((probe, i) => isSame(probe, made[i]));
  const [first, second] = made;
  return { keeps, ...(first && isSame(first, second) && { fixed: first }) };
}

function sizeAfter(probe: PictureSize, apply: (size: PictureSize) => PictureSize): PictureSize | undefined {
  try {
    const { width, height } = apply(probe);
    return { width, height };
  } catch (error) {
    // a probe that does not fit an operator says nothing about the config
    if (error instanceof FdeployError) return undefined;
    throw error;
  }
}

/**
 * The error for a config that produces pictures of another size than the graph expects.
 * @param taken the graph's size; a side below 1 is free
 */
export function sizeMismatch(
  file: string,
  made: PictureSize,
  source: string,
  taken: PictureSize,
): FdeployError {
  const [width, height] = [taken.width, taken.height].map((side) => (side < 1 ? 'any' : side));
  const expected = `${width} x ${height}`;
  const found = `${made.width} x ${made.height}`;
  const message = `${file} produces pictures of ${found}, but ${source} expects ${expected}`;
  return new FdeployError('CONFIG_INVALID', message, { file, expected, found });
}
