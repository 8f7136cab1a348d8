import { FdeployError } from '../contracts/errors.js';
import type { DecodeOptions } from '../contracts/picture.js';
import { cutError } from './decode-error.js';
import { sniff, type AnyHeader } from './sniff.js';

/**
 * Reads the header of a picture and checks that it is supported, complete and not too large. Every file passes this check
 * before a decoding library opens it, since the libraries accept other formats too (SVG, PDF).
 * @throws FdeployError IMAGE_UNREADABLE, IMAGE_TRUNCATED or IMAGE_TOO_LARGE, naming the file
 */
export function guardedHeader(file: Buffer, options: DecodeOptions, name: string): AnyHeader {
  const header = examine(file, name);
  checkSize(header, options, name);
  return header;
}

function examine(file: Buffer, name: string): AnyHeader {
  if (file.length === 0) {
    throw new FdeployError('IMAGE_UNREADABLE', `${name} is empty.`, { file: name, expected: 'a picture' });
  }
  const sniffed = sniff(file);
  switch (sniffed.kind) {
    case 'picture':
      if (sniffed.header.cut) throw cutError(sniffed.header.format, name);
      return sniffed.header;
    case 'broken':
      throw new FdeployError(
        'IMAGE_TRUNCATED',
        `${name} is truncated: it ends in its ${sniffed.format} header.`,
        {
          file: name,
        },
      );
    case 'lfs-pointer':
      throw new FdeployError(
        'IMAGE_UNREADABLE',
        `${name} is a Git LFS pointer: the picture itself was not downloaded (git lfs pull fetches it).`,
        { file: name, expected: 'a picture', found: 'a Git LFS pointer' },
      );
    case 'other':
      throw new FdeployError(
        'IMAGE_UNREADABLE',
        `${name} is not a supported picture: it contains ${sniffed.found}.`,
        {
          file: name,
          expected: 'a JPEG, PNG, WebP, TIFF, BMP, GIF or AVIF picture',
          found: sniffed.found,
        },
      );
  }
}

/** libvips rejects longer sides and prints to stderr. */
const LONGEST_SIDE = 100_000_000;

function checkSize({ width, height }: AnyHeader, { maxPixels }: DecodeOptions, name: string): void {
  const [found, tooMany] = [`${width} x ${height} pixels`, width * height > maxPixels];
  if (!tooMany && Math.max(width, height) <= LONGEST_SIDE) return;
  const expected = tooMany ? `at most ${maxPixels} pixels` : `sides of at most ${LONGEST_SIDE} pixels`;
  const why = tooMany
    ? `more than the maximum of ${maxPixels}`
    : `a side longer than the maximum of ${LONGEST_SIDE}`;
  throw new FdeployError('IMAGE_TOO_LARGE', `${name} has ${found}, ${why}.`, { file: name, expected, found });
}
