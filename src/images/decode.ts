import type { DecodeOptions, NeededSize, Picture, PictureInput } from '../contracts/picture.js';
import { decodeBmp } from './bmp.js';
import { decodeError } from './decode-error.js';
import { pathOf } from '../sources/file-url.js';
import { guardedHeader } from './guard.js';
import { rawToPicture } from './raw-picture.js';
import { readPictureFile } from '../sources/read-file.js';
import { reductionOf } from './reduction.js';
import { release } from './release.js';
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
 * @param needed what `fast` decoding goes by; without it pictures are decoded whole
 * @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TRUNCATED or IMAGE_TOO_LARGE, naming the file
 */
export async function decodePicture(
  source: PictureSource,
  options: DecodeOptions,
  needed?: NeededSize,
): Promise<Picture> {
  if (source instanceof Uint8Array) {
    const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    return decodeEncoded({ bytes, name: UNNAMED }, options, needed);
  }
  const encoded = await readPicture(source);
  try {
    return await decodeEncoded(encoded, options, needed);
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
  needed?: NeededSize,
): Promise<Picture> {
  const header = guardedHeader(file, options, name);
  const reduction = options.mode === 'fast' && needed ? reductionOf(header, needed) : undefined;
  try {
    if (header.format === 'bmp') return decodeBmp(file, name);
    if (header.format === 'tiff') return await decodeTiff(file, header, options, name);
    return await decodeWithSharp(file, header, options, reduction);
  } catch (error) {
    throw decodeError(error, file, header.format, options, name);
  }
}

/**
 * A caller's picture as the models take it: a path or an encoded file is decoded, pixels are brought to three channels.
 * @throws FdeployError as `decodePicture` does, or BAD_OPTION if it is no picture or pixels and size do not fit
 */
export async function toPicture(
  input: PictureInput,
  options: DecodeOptions,
  needed?: NeededSize,
): Promise<Picture> {
  if (typeof input === 'string' || input instanceof Uint8Array) return decodePicture(input, options, needed);
  if (input instanceof URL) return decodePicture(pathOf(input, 'a picture'), options, needed);
  return rawToPicture(input, options);
}
