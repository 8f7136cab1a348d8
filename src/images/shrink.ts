import type { DecodeOptions, Picture } from '../contracts/picture.js';
import { decodePicture, type PictureSource } from './decode.js';
import { decodeError } from './decode-error.js';
import { guardedHeader } from './guard.js';
import { rgbImage } from './rgb-image.js';
import { readPictureFile } from '../sources/read-file.js';
import { openUpright } from './sharp-pixels.js';

const WEBP = { quality: 70, effort: 2 } as const;

const fitInside = (side: number) =>
  ({ width: side, height: side, fit: 'inside', withoutEnlargement: true }) as const;

/** A small WebP of pixels. @param side as for `shrinkPicture` */
export async function shrinkPixels(picture: Picture, side: number): Promise<Buffer> {
  return (await rgbImage(picture)).resize(fitInside(side)).webp(WEBP).toBuffer();
}

/**
 * Makes a small WebP of a picture's file. Transparent parts become white. The checks of prediction apply. Formats that sharp
 * can shrink while decoding are never decoded at full size.
 * @param side longest side in pixels; smaller pictures keep their size
 * @throws FdeployError as `decodePicture` does
 */
export async function shrinkPicture(
  source: Exclude<PictureSource, Uint8Array>,
  side: number,
  options: DecodeOptions,
): Promise<Buffer> {
  const [path, name] = typeof source === 'string' ? [source, source] : [source.pathBytes, source.name];
  const file = await readPictureFile(path, name);
  const header = guardedHeader(file, options, name);
  if (header.format === 'bmp' || header.format === 'tiff') {
    return shrinkPixels(await decodePicture(file, options), side);
  }
  const fit = fitInside(side);
  try {
    const upright = await openUpright(file, header, options);
    return await upright
      .resize(fit)
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .webp(WEBP)
      .toBuffer();
  } catch (error) {
    throw decodeError(error, file, header.format, options, name);
  }
}

/**
 * The pixels of a small PNG file, resized with nearest neighbour.
 * @returns red, green, blue of each pixel
 * @throws FdeployError as `decodePicture` does
 */
export async function nearestPixels(
  path: string,
  width: number,
  height: number,
  options: DecodeOptions,
): Promise<Uint8Array> {
  const file = await readPictureFile(path, path);
  const header = guardedHeader(file, options, path);
  try {
    const upright = await openUpright(file, header, options);
    return await upright
      .resize({ width, height, fit: 'fill', kernel: 'nearest' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
  } catch (error) {
    throw decodeError(error, file, header.format, options, path);
  }
}
