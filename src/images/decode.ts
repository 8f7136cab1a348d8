import type { DecodeOptions, DecodePlace, NeededSize, Picture, PictureInput } from '../contracts/picture.js';
import { decodeBmp } from './bmp.js';
import { decodeError } from './decode-error.js';
import { pathOf } from '../sources/file-url.js';
import { guardedHeader } from './guard.js';
import { decodeJpegInThread } from './jpeg-in-thread.js';
import { rawToPicture } from './raw-picture.js';
import { readPictureFile } from '../sources/read-file.js';
import { reductionOf } from './reduction.js';
import { release } from './release.js';
import { decodeTiff } from './tiff.js';
import { decodeWithSharp } from './with-sharp.js';

/** A picture's file: its path, as bytes if it is not UTF-8. */
export type PictureFile = string | { readonly pathBytes: Buffer; readonly name: string };

/** An encoded picture: its file, or the file's bytes. */
export type PictureSource = PictureFile | Uint8Array;

/** The bytes of a picture's file, and its name in messages. */
export interface EncodedPicture {
  readonly bytes: Buffer;
  readonly name: string;
}

/** Defaults for decoding; maxPixels is the limit of libvips. */
export const DEFAULT_DECODE: DecodeOptions = {
  background: 'drop',
  acceptTruncated: false,
  maxPixels: 268_402_689,
};

/** Name in messages of a picture without a path. */
const UNNAMED = 'The picture';

/**
 * Decodes a picture to the pixels of cv2.imread, in RGB order. The format is detected from the content. Of several frames or
 * pages, the first is decoded.
 * @param needed size that the network needs, for `fast` decoding; without it, pictures are decoded at full size
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
 * Decodes what was read: the second half of `decodePicture`.
 * @param place where a JPEG of a usual kind and size is decoded
 * @throws FdeployError IMAGE_UNREADABLE, IMAGE_TRUNCATED or IMAGE_TOO_LARGE, naming the file
 */
export async function decodeEncoded(
  { bytes: file, name }: EncodedPicture,
  options: DecodeOptions,
  needed?: NeededSize,
  place: DecodePlace = 'libuv',
): Promise<Picture> {
  const header = guardedHeader(file, options, name);
  const reduction = options.mode === 'fast' && needed ? reductionOf(header, needed) : undefined;
  try {
    if (header.format === 'bmp') return decodeBmp(file, name);
    if (header.format === 'tiff') return await decodeTiff(file, header, options, name);
    if (place === 'thread' && header.format === 'jpeg' && !reduction) {
      const picture = await decodeJpegInThread(file, header);
      if (picture) return picture;
    }
    return await decodeWithSharp(file, header, options, reduction);
  } catch (error) {
    throw decodeError(error, file, header.format, options, name);
  }
}

/**
 * Converts a caller's picture for the models: decodes paths and encoded files, converts pixels to three channels.
 * @throws FdeployError as `decodePicture` does, or BAD_OPTION if it is not a picture or its pixels do not match its size
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
