import { roundHalfEven } from '../../ops/round.js';
import type { DetectionConfig, DetectionLimits } from './config.js';

/** The network's input size and where the resized picture lies in it. */
export interface DetectionSize {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly contentWidth: number;
  readonly contentHeight: number;
}

/** DB's network halves its input five times. */
const MULTIPLE = 32;

const toMultiple = (side: number): number => Math.max(roundHalfEven(side / MULTIPLE) * MULTIPLE, MULTIPLE);

/** A picture longer than this many times its other side may be a line that is cut out without a margin. */
const LINE = 4;
/** The margin that it gets on each side, in multiples of its shorter side. */
const MARGIN = 0.5;

/**
 * The picture with its padding: one that may be a line gets a margin, a long one half of the ratio `padBeyond`, and no side is less
 * than the network's multiple.
 */
function paddedSides(
  pictureWidth: number,
  pictureHeight: number,
  padBeyond: number | undefined,
): [number, number] {
  if (padBeyond === undefined) return [pictureWidth, pictureHeight];
  const shorter = Math.min(pictureWidth, pictureHeight);
  const isLine = Math.max(pictureWidth, pictureHeight) > LINE * shorter;
  const margin = isLine ? Math.round(2 * MARGIN * shorter) : 0;
  const [width, height] = [pictureWidth + margin, pictureHeight + margin];
  const least = Math.max(MULTIPLE, Math.ceil((2 * Math.max(width, height)) / padBeyond));
  if (width > padBeyond * height) return [width, least];
  if (height > padBeyond * width) return [least, height];
  return [Math.max(width, MULTIPLE), Math.max(height, MULTIPLE)];
}

/** The size of a picture enlarged or shrunk by `scale`, padded as its limits say, within `limits.smallText.maxPixels`. */
export function enlargedSize(
  { width, height }: { width: number; height: number },
  scale: number,
  limits: DetectionLimits,
): DetectionSize {
  const [paddedWidth, paddedHeight] = paddedSides(width, height, limits.padBeyond);
  const most = Math.sqrt((limits.smallText?.maxPixels ?? Infinity) / (paddedWidth * paddedHeight));
  const ratio = Math.min(scale, most);
  return placed(
    width,
    height,
    [paddedWidth, paddedHeight],
    [paddedWidth * ratio, paddedHeight * ratio],
    limits.step,
  );
}

/** A picture in the middle of its padding, which is resized to multiples of 32 and filled up to multiples of `step`. */
function placed(
  width: number,
  height: number,
  padded: readonly [number, number],
  resized: readonly [number, number],
  step: number = MULTIPLE,
): DetectionSize {
  const wholeWidth = toMultiple(resized[0]);
  const wholeHeight = toMultiple(resized[1]);
  const contentWidth = Math.max(1, Math.round((width * wholeWidth) / padded[0]));
  const contentHeight = Math.max(1, Math.round((height * wholeHeight) / padded[1]));
  const outWidth = Math.ceil(wholeWidth / step) * step;
  const outHeight = Math.ceil(wholeHeight / step) * step;
  return {
    width: outWidth,
    height: outHeight,
    left: (outWidth - contentWidth) >> 1,
    top: (outHeight - contentHeight) >> 1,
    contentWidth,
    contentHeight,
  };
}

/**
 * Input size for a picture by PaddleOCR's rules: limit a side, cut fractions, round to multiples of 32 with halves
 * to even. A long picture (a ratio above `padBeyond`) is first padded to half that ratio, so that shrinking it by
 * its longest side leaves its text readable.
 */
export function detectionSize(
  width: number,
  height: number,
  { limits, fixedSize }: Pick<DetectionConfig, 'limits' | 'fixedSize'>,
): DetectionSize {
  if (fixedSize) {
    const { width: contentWidth, height: contentHeight } = fixedSize;
    return { ...fixedSize, left: 0, top: 0, contentWidth, contentHeight };
  }
  const [paddedWidth, paddedHeight] = paddedSides(width, height, limits.padBeyond);
  const longest = Math.max(paddedWidth, paddedHeight);
  const shortest = Math.min(paddedWidth, paddedHeight);
  let ratio = 1;
  if (limits.type === 'max' && longest > limits.side) ratio = limits.side / longest;
  if (limits.type === 'min' && shortest < limits.side) ratio = limits.side / shortest;
  let resizedWidth = Math.trunc(paddedWidth * ratio);
  let resizedHeight = Math.trunc(paddedHeight * ratio);
  const resizedLongest = Math.max(resizedWidth, resizedHeight);
  if (resizedLongest > limits.maxSide) {
    const again = limits.maxSide / resizedLongest;
    resizedWidth = Math.trunc(resizedWidth * again);
    resizedHeight = Math.trunc(resizedHeight * again);
  }
  return placed(width, height, [paddedWidth, paddedHeight], [resizedWidth, resizedHeight], limits.step);
}
