import type { DecodeOptions, PictureSize } from '../contracts/picture.js';
import type { Orientation } from './exif.js';
import type { PictureHeader } from './headers/header.js';
import { loadSharp, type Sharp } from './sharp-settings.js';

/** Interleaved values from sharp. */
export interface RawPixels<Data extends Uint8Array | Uint16Array = Uint8Array> {
  readonly data: Data;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * A pipeline that decodes the first frame with its stored colours and applies the orientation of its header.
 * @param stored decode to this size, before the orientation is applied
 */
export async function openUpright(
  file: Buffer,
  header: PictureHeader,
  options: DecodeOptions,
  stored?: PictureSize,
): Promise<Sharp> {
  const sharp = await loadSharp();
  // cv2 returns the complete part of a truncated JPEG, and nothing for other truncated pictures.
  const failOn = options.acceptTruncated && header.format === 'jpeg' ? 'none' : 'error';
  const input = sharp(file, { failOn, limitInputPixels: options.maxPixels, ignoreIcc: true });
  return turn(
    stored ? input.resize({ ...stored, fit: 'fill', kernel: 'mitchell' }) : input,
    header.orientation,
  );
}

/** Rotations by multiples of 90 degrees; sharp mirrors before it rotates. */
function turn(image: Sharp, orientation: Orientation): Sharp {
  switch (orientation) {
    case 1:
      return image;
    case 2:
      return image.flop();
    case 3:
      return image.rotate(180);
    case 4:
      return image.flip();
    case 5:
      return image.flop().rotate(270);
    case 6:
      return image.rotate(90);
    case 7:
      return image.flop().rotate(90);
    case 8:
      return image.rotate(270);
  }
}

/** Runs a pipeline to 8-bit values. */
export async function bytesOf(pipeline: Sharp): Promise<RawPixels> {
  return rawPixels(pipeline.raw({ depth: 'uchar' }));
}

/** Runs a pipeline to 16-bit values. */
export async function wordsOf(pipeline: Sharp): Promise<RawPixels<Uint16Array>> {
  const { data, ...size } = await rawPixels(pipeline.raw({ depth: 'ushort' }));
  return { ...size, data: new Uint16Array(data.buffer, data.byteOffset, data.length / 2) };
}

async function rawPixels(pipeline: Sharp): Promise<RawPixels<Buffer>> {
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}
