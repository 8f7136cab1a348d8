import { FdeployError } from '../contracts/errors.js';
import type { DecodeOptions } from '../contracts/picture.js';
import { isCut } from './cut.js';
import type { PictureFormat } from './headers/header.js';

const FORMAT_NAMES: Record<PictureFormat, string> = {
  jpeg: 'JPEG',
  png: 'PNG',
  gif: 'GIF',
  webp: 'WebP',
  tiff: 'TIFF',
  bmp: 'BMP',
  avif: 'AVIF',
};

/** The message of libvips may be about another picture. */
const DAMAGED = 'its data is damaged or of an unsupported kind';

/** The error of a picture whose pixels end too early. */
export function cutError(format: PictureFormat, name: string, cause?: unknown): FdeployError {
  return new FdeployError(
    'IMAGE_TRUNCATED',
    `${name} is truncated: its ${FORMAT_NAMES[format]} data ends too early.`,
    {
      file: name,
      ...(cause !== undefined && { cause }),
    },
  );
}

/** The error of a picture that cannot be decoded, with the reason as part of the sentence. */
export function unreadableError(
  format: PictureFormat,
  name: string,
  reason: string,
  cause?: unknown,
): FdeployError {
  return new FdeployError(
    'IMAGE_UNREADABLE',
    `${name} cannot be decoded as ${FORMAT_NAMES[format]}: ${reason}.`,
    { file: name, ...(cause !== undefined && { cause }) },
  );
}

/** Converts an error of sharp into the error of a picture. */
export function decodeError(
  error: unknown,
  file: Buffer,
  format: PictureFormat,
  options: DecodeOptions,
  name: string,
): FdeployError {
  if (error instanceof FdeployError) return error;
  // sharp's own words, of this picture.
  if (error instanceof Error && error.message.includes('exceeds pixel limit')) {
    return new FdeployError(
      'IMAGE_TOO_LARGE',
      `${name} has more than the maximum of ${options.maxPixels} pixels.`,
      { file: name, cause: error },
    );
  }
  if (isCut(file, format)) return cutError(format, name, error);
  return unreadableError(format, name, DAMAGED, error);
}
