import type { NeededSize, OriginalSize, PictureSize } from '../contracts/picture.js';
import type { PictureHeader } from './headers/header.js';

/** How a picture is decoded at a reduced size. */
export interface Reduction {
  /** The reduced size as stored, before its orientation is applied. */
  readonly stored: PictureSize;
  readonly original: OriginalSize;
}

/** The decoded picture's sides are at least this many times those after the network's resize. */
const MARGIN = 2;
const BLOCKS = [8, 4, 2];

/**
 * How a picture is decoded for a network that resizes it first: smaller, with sides of at least twice what the network needs.
 * libjpeg decodes a half, a quarter or an eighth of each side, by computing smaller blocks; libwebp scales while it decodes.
 * sharp gives libjpeg's reduction only with a resize behind it (it goes one lower where the reduction is the very factor
 * that was asked for), so a JPEG comes as a third, a fifth or a ninth.
 * @returns undefined if the picture is decoded whole: other formats, CMYK, transparency, a network that needs more
 * @throws what `needed` throws for a picture of this size
 */
export function reductionOf(header: PictureHeader, needed: NeededSize): Reduction | undefined {
  const { format, width, height, orientation } = header;
  if ((format !== 'jpeg' && format !== 'webp') || header.cmyk || header.alpha) return undefined;
  const turned = orientation >= 5;
  const upright = turned ? swapped(header) : { width, height };
  const need = needed(upright);
  if (!need) return undefined;
  const factor = Math.min(upright.width / need.width, upright.height / need.height) / MARGIN;
  const rest = format === 'jpeg' ? 1 : 0;
  const block = BLOCKS.find((size) => factor >= size + rest);
  if (block === undefined) return undefined;
  const part = (side: number): number => Math.floor(side / (block + rest));
  // libvips omits what does not fill a block.
  const whole = (side: number): number => (format === 'jpeg' ? side - (side % block) : side);
  const shown = { width: whole(width), height: whole(height) };
  return {
    stored: { width: part(width), height: part(height) },
    original: { ...upright, shown: turned ? swapped(shown) : shown },
  };
}

const swapped = ({ width, height }: PictureSize): PictureSize => ({ width: height, height: width });
