import { FdeployError } from '../contracts/errors.js';
import type { DecodeOptions } from '../contracts/picture.js';
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

/** What the decoding libraries say where data is missing. */
const CUT = /premature end|truncated|unexpected end|out of data|not enough data|read error|eof/i;

/** What sharp puts before libvips' words. */
const PREFIX = /^Input buffer has corrupt header:\s*/;

/** The error of a picture whose pixels end too early. */
export function cutError(format: PictureFormat, name: string, cause?: unknown): FdeployError {
  return new FdeployError(
    'IMAGE_TRUNCATED',
    `${name} is cut: its ${FORMAT_NAMES[format]} data ends too early.`,
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

/** What sharp threw, as the error of a picture. */
export function decodeError(
  error: unknown,
  file: Buffer,
  format: PictureFormat,
  options: DecodeOptions,
  name: string,
): FdeployError {
  if (error instanceof FdeployError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (reason.includes('exceeds pixel limit')) {
    return new FdeployError(
      'IMAGE_TOO_LARGE',
      `${name} has more than the ${options.maxPixels} pixels that are allowed.`,
      { file: name, cause: error },
    );
  }
  // A cut PNG was found out by its chunks: what libpng cannot read of a whole file is damaged.
  if (format === 'png') return unreadableError(format, name, 'its data is damaged', error);
  if (CUT.test(reason) || (format === 'jpeg' && lacksEnd(file))) return cutError(format, name, error);
  const why = reason.replace(PREFIX, '').split('\n')[0]!.replace(/\.$/, '');
  return unreadableError(format, name, why, error);
}

/** Whether no end of image (FFD9) comes behind the last start of a scan (FFDA): neither stands in the data of a scan. */
function lacksEnd(jpeg: Buffer): boolean {
  return (
    jpeg.lastIndexOf('\xff\xd9', undefined, 'latin1') < jpeg.lastIndexOf('\xff\xda', undefined, 'latin1')
  );
}
