import { FdeployError } from '../contracts/errors.js';
import type { DecodeOptions, Picture, PictureInput, RawPicture } from '../contracts/picture.js';
import { blend } from './background.js';
import { decodeBmp } from './bmp.js';
import { cutError, decodeError } from './decode-error.js';
import { readPictureFile } from './read-file.js';
import { release } from './release.js';
import { sniff, type AnyHeader } from './sniff.js';
import { decodeTiff } from './tiff.js';
import { decodeWithSharp } from './with-sharp.js';

/** A picture's file: its path, or its path's bytes where they are not UTF-8. */
export type PictureFile = string | { readonly pathBytes: Buffer; readonly name: string };

/** An encoded picture: its file, or the file's bytes. */
export type PictureSource = PictureFile | Uint8Array;

/** The bytes of a picture's file, and what messages call it. */
export interface EncodedPicture {
  readonly bytes: Buffer;
  readonly name: string;
}

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
  if (source instanceof Uint8Array) {
    const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    return decodeEncoded({ bytes, name: UNNAMED }, options);
  }
  const encoded = await readPicture(source);
  try {
    return await decodeEncoded(encoded, options);
  } finally {
    release(encoded.bytes);
  }
}

/**
 * Reads a picture's file: the first half of `decodePicture`.
 * @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE or IMAGE_TOO_LARGE, naming the file
 */
export async function readPicture(file: PictureFile): Promise<EncodedPicture> {
  const [path, given] = typeof file === 'string' ? [file, file] : [file.pathBytes, file.name];
  const name = given === '' ? 'The empty path' : given;
  return { bytes: await readPictureFile(path, name), name };
}

/**
 * Decodes what was read: the other half of `decodePicture`.
 * @throws FdeployError IMAGE_UNREADABLE, IMAGE_TRUNCATED or IMAGE_TOO_LARGE, naming the file
 */
export async function decodeEncoded(
  { bytes: file, name }: EncodedPicture,
  options: DecodeOptions,
): Promise<Picture> {
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
 * @throws FdeployError as `decodePicture` does, or BAD_OPTION where pixels and size do not fit each other
 */
export async function toPicture(input: PictureInput, options: DecodeOptions): Promise<Picture> {
  if (typeof input === 'string' || input instanceof Uint8Array) return decodePicture(input, options);
  return rawToPicture(input, options);
}

function rawToPicture({ data, width, height, channels, order }: RawPicture, options: DecodeOptions): Picture {
  const expected = width * height * channels;
  if (!(width >= 1 && height >= 1) || data.length !== expected) {
    throw new FdeployError(
      'BAD_OPTION',
      `Pixels of ${width} x ${height} with ${channels} channels take ${expected} bytes, not ${data.length}.`,
      { expected: `${expected} bytes`, found: `${data.length} bytes` },
    );
  }
  if (channels === 3) return { data, width, height, channels, order };
  if (channels === 4) return blend({ data, width, height, channels, order }, options.background);
  const grey = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) grey.fill(data[i]!, 3 * i, 3 * i + 3);
  return { data: grey, width, height, channels: 3, order };
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

/** libvips takes no longer side, and would say so on stderr. */
const LONGEST_SIDE = 100_000_000;

function checkSize({ width, height }: AnyHeader, { maxPixels }: DecodeOptions, name: string): void {
  const [found, tooMany] = [`${width} x ${height} pixels`, width * height > maxPixels];
  if (!tooMany && Math.max(width, height) <= LONGEST_SIDE) return;
  const expected = tooMany ? `at most ${maxPixels} pixels` : `sides of at most ${LONGEST_SIDE} pixels`;
  const why = tooMany
    ? `more than the ${maxPixels} that are allowed`
    : `a side longer than the ${LONGEST_SIDE} that can be read`;
  throw new FdeployError('IMAGE_TOO_LARGE', `${name} has ${found}, ${why}.`, { file: name, expected, found });
}
