import { FdeployError } from '../contracts/errors.js';
import type { DecodeOptions, Picture } from '../contracts/picture.js';
import { blend } from './background.js';
import type { PictureHeader } from './headers/header.js';
import type { Reduction } from './reduction.js';
import { bytesOf, openUpright, type RawPixels } from './sharp-pixels.js';

/**
 * Decodes formats that sharp reads to the pixels of cv2.imread, in RGB.
 * @param reduction decode at a reduced size
 * @throws what sharp throws
 */
export async function decodeWithSharp(
  file: Buffer,
  header: PictureHeader,
  options: DecodeOptions,
  reduction?: Reduction,
): Promise<Picture> {
  const image = await openUpright(file, header, options, reduction?.stored);
  if (header.cmyk) return cmykPicture(await bytesOf(image.pipelineColourspace('cmyk').toColourspace('cmyk')));
  const coloured = image.toColourspace('srgb');
  if (header.alpha && options.background !== 'drop') {
    return blend(await bytesOf(coloured.ensureAlpha()), options.background);
  }
  const { data, width, height, channels } = await bytesOf(coloured.removeAlpha());
  requireChannels(channels, 3);
  const original = reduction && { original: reduction.original };
  return { data, width, height, channels: 3, order: 'rgb', ...original };
}

/** @throws FdeployError INTERNAL if the decoder returned the wrong number of channels */
export function requireChannels(found: number, expected: number): void {
  if (found === expected) return;
  throw new FdeployError('INTERNAL', `The decoder gave ${found} channels instead of ${expected}.`);
}

/**
 * Converts CMYK to RGB as OpenCV does for JPEGs: it treats all files as inverted. sharp has inverted the values, so they are
 * inverted back first.
 */
function cmykPicture({ data, width, height, channels }: RawPixels): Picture {
  requireChannels(channels, 4);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const black = 255 - data[from + 3]!;
    rgb[to] = black - ((data[from]! * black) >> 8);
    rgb[to + 1] = black - ((data[from + 1]! * black) >> 8);
    rgb[to + 2] = black - ((data[from + 2]! * black) >> 8);
  }
  return { data: rgb, width, height, channels: 3, order: 'rgb' };
}
