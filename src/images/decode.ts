import { FdeployError } from '../contracts/errors.js';
import type { DecodeOptions, Picture, PictureInput } from '../contracts/picture.js';
import { decodeBmp } from './bmp.js';
import { pathOf } from './file-url.js';
import { rawToPicture } from './raw-picture.js';
import { cutError, decodeError } from './decode-error.js';
import { readPictureFile } from './read-file.js';
import { release } from './release.js';
import { sniff, type AnyHeader } from './sniff.js';
import { decodeTiff } from './tiff.js';
import { decodeWithSharp } from './with-sharp.js';

/** An encoded picture: its path, its path's bytes where they are not UTF-8, or the file's bytes. */
export type PictureSource = string | { readonly pathBytes: Buffer; readonly name: string } | Uint8Array;

/** How pictures are decoded where neither the caller nor the task says otherwise; maxPixels is libvips' own limit. */
export const DEFAULT_DECODE: DecodeOptions = {
  background: 'drop',
  acceptTruncated: false,
  maxPixels: 268_402_689,
};

/** What messages call a picture that has no path. */
const UNNAMED = 'The picture';

/**
 * Decodes a picture to the pixels that cv2.imread gives, in RGB order. The content decides the format, not the name;
 * of several frames or pages the first is taken.
 * @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TRUNCATED or IMAGE_TOO_LARGE, naming the file
 */
export async function decodePicture(source: PictureSource, options: DecodeOptions): Promise<Picture> {
  const name = nameOf(source);
  if (source instanceof Uint8Array) {
    return decodeFile(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options, name);
  }
  const file = await readPictureFile(typeof source === 'string' ? source : source.pathBytes, name);
  try {
    return await decodeFile(file, options, name);
  } finally {
    release(file);
  }
}

async function decodeFile(file: Buffer, options: DecodeOptions, name: string): Promise<Picture> {
  const header = examine(file, name);
  checkSize(header, options, name);
  try {
    if (header.format === 'bmp') return decodeBmp(file, name);
    if (header.format === 'tiff') return await decodeTiff(file, header, options, name);
    return await decodeWithSharp(file, header, options);
  } catch (error) {
    throw decodeError(error, file, header.format, options, name);
  }
}

/**
 * A caller's picture as the models take it: a path or an encoded file is decoded, pixels are brought to three channels.
 * @throws FdeployError as `decodePicture` does, or BAD_OPTION where it is no picture or pixels and size do not fit
 */
export async function toPicture(input: PictureInput, options: DecodeOptions): Promise<Picture> {
  if (typeof input === 'string' || input instanceof Uint8Array) return decodePicture(input, options);
  if (input instanceof URL) return decodePicture(pathOf(input, 'a picture'), options);
  return rawToPicture(input, options);
}

function nameOf(source: PictureSource): string {
  if (source instanceof Uint8Array) return UNNAMED;
  const name = typeof source === 'string' ? source : source.name;
  return name === '' ? 'The empty path' : name;
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
        `${name} is cut: it ends inside its ${sniffed.format} header.`,
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
        `${name} is no picture that can be read: it holds ${sniffed.found}.`,
        {
          file: name,
          expected: 'a JPEG, PNG, WebP, TIFF, BMP, GIF or AVIF picture',
          found: sniffed.found,
        },
      );
  }
}

function checkSize({ width, height }: AnyHeader, { maxPixels }: DecodeOptions, name: string): void {
  if (width * height <= maxPixels) return;
  throw new FdeployError(
    'IMAGE_TOO_LARGE',
    `${name} has ${width} x ${height} pixels, more than the ${maxPixels} that are allowed.`,
    { file: name, expected: `at most ${maxPixels} pixels`, found: `${width} x ${height} pixels` },
  );
}
