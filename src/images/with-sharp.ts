import { FdeployError } from '../contracts/errors.js';
import type { DecodeOptions, Picture } from '../contracts/picture.js';
import { blend } from './background.js';
import type { Orientation } from './exif.js';
import type { PictureHeader } from './headers/header.js';
import { loadSharp, type Sharp } from './sharp-settings.js';

/** Decodes what sharp decodes to the pixels that cv2.imread gives, in RGB. */
export async function decodeWithSharp(
  file: Buffer,
  header: PictureHeader,
  options: DecodeOptions,
  name: string,
): Promise<Picture> {
  const sharp = await loadSharp();
  // cv2 gives the whole part of a cut JPEG and nothing of other cut pictures.
  const failOn = options.acceptTruncated && header.format === 'jpeg' ? 'none' : 'error';
  const input = sharp(file, { failOn, limitInputPixels: options.maxPixels, ignoreIcc: true });
  const upright = turn(input, header.orientation);
  const keepAlpha = header.alpha && options.background !== 'drop';
  try {
    if (header.cmyk)
      return cmykPicture(await rawPixels(upright.pipelineColourspace('cmyk').toColourspace('cmyk')));
    const coloured = upright.toColourspace('srgb');
    const raw = await rawPixels(keepAlpha ? coloured.ensureAlpha() : coloured.removeAlpha());
    return keepAlpha ? blend(raw, options.background) : asPicture(raw);
  } catch (error) {
    throw decodeError(error, header, options, name);
  }
}

/** Interleaved bytes as sharp gives them. */
export interface RawPixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

async function rawPixels(pipeline: Sharp): Promise<RawPixels> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

function asPicture({ data, width, height, channels }: RawPixels): Picture {
  if (channels !== 3)
    throw new FdeployError('INTERNAL', `The decoder gave ${channels} channels instead of 3.`);
  return { data, width, height, channels, order: 'rgb' };
}

/** Turns by whole pixels; sharp mirrors before it rotates. */
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

/**
 * CMYK to RGB as OpenCV does it, which takes every file as stored inverted; sharp has turned the values round, so they
 * are turned back first.
 */
function cmykPicture({ data, width, height, channels }: RawPixels): Picture {
  if (channels !== 4)
    throw new FdeployError('INTERNAL', `The decoder gave ${channels} channels instead of 4.`);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const black = 255 - data[from + 3]!;
    rgb[to] = black - ((data[from]! * black) >> 8);
    rgb[to + 1] = black - ((data[from + 1]! * black) >> 8);
    rgb[to + 2] = black - ((data[from + 2]! * black) >> 8);
  }
  return { data: rgb, width, height, channels: 3, order: 'rgb' };
}

const FORMAT_NAMES: Record<PictureHeader['format'], string> = {
  jpeg: 'JPEG',
  png: 'PNG',
  gif: 'GIF',
  webp: 'WebP',
  tiff: 'TIFF',
  bmp: 'BMP',
  avif: 'AVIF',
};

function decodeError(
  error: unknown,
  header: PictureHeader,
  options: DecodeOptions,
  name: string,
): FdeployError {
  if (error instanceof FdeployError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const format = FORMAT_NAMES[header.format];
  const details = { file: name, cause: error };
  if (reason.includes('exceeds pixel limit')) {
    return new FdeployError(
      'IMAGE_TOO_LARGE',
      `${name} has more than the ${options.maxPixels} pixels that are allowed.`,
      details,
    );
  }
  if (/premature end|truncated|unexpected end|out of data/i.test(reason)) {
    return new FdeployError('IMAGE_TRUNCATED', `${name} is cut: its ${format} data ends too early.`, details);
  }
  const why = reason.split('\n')[0]!;
  return new FdeployError('IMAGE_UNREADABLE', `${name} cannot be decoded as ${format}: ${why}.`, details);
}
