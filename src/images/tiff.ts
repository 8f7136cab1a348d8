import type { DecodeOptions, Picture } from '../contracts/picture.js';
import { blend } from './background.js';
import { unreadableError } from './decode-error.js';
import { JPEG_COMPRESSION, PHOTOMETRIC, type TiffHeader } from './headers/tiff.js';
import { bytesOf, openUpright, wordsOf, type RawPixels } from './sharp-pixels.js';
import type { Sharp } from './sharp-settings.js';
import { requireChannels } from './with-sharp.js';
import { ycbcrToRgb } from './ycbcr.js';

/** The sample after the colours is unassociated alpha. */
const PLAIN_ALPHA = 2;
const UNSIGNED = 1;

/**
 * Decodes a TIFF's first page to the pixels of cv2.imread, which are those of libtiff's RGBA interface: colours are
 * multiplied with unassociated alpha, 16 bits of colour are rounded (v / 257), 16 bits of grey are truncated.
 * @throws FdeployError IMAGE_UNREADABLE for a kind that OpenCV does not read, else what sharp throws
 */
export async function decodeTiff(
  file: Buffer,
  header: TiffHeader,
  options: DecodeOptions,
  name: string,
): Promise<Picture> {
  const refusal = refuse(header);
  if (refusal !== undefined) throw unreadableError('tiff', name, refusal);
  const image = await openUpright(withPlainSamples(file, header), header, options);
  const { width, height, data, channels } = await rgbSamples(image, header);
  if (channels === 3) return { data, width, height, channels, order: 'rgb' };
  // libtiff does not change grey with alpha.
  const multiply = header.extraSample === PLAIN_ALPHA && header.photometric === PHOTOMETRIC.rgb;
  if (multiply) multiplyAlpha(data);
  const premultiplied = multiply || header.extraSample === 1;
  return blend({ data, width, height, channels, premultiplied }, options.background);
}

/** Why OpenCV does not read a TIFF of this kind; undefined if it does. */
function refuse(header: TiffHeader): string | undefined {
  const { bitsPerSample, samplesPerPixel, photometric, sampleFormat, compression, subsampling } = header;
  if (samplesPerPixel > 4) return `${samplesPerPixel} samples per pixel are not supported`;
  if (sampleFormat > 2 || ![1, 4, 8, 16].includes(bitsPerSample)) {
    return `samples of ${bitsPerSample} bits${sampleFormat === 3 ? ' in floating point' : ''} are not supported`;
  }
  if (photometric > PHOTOMETRIC.ycbcr) return 'its colours are neither RGB, YCbCr, CMYK nor grey';
  const isPalette = photometric === PHOTOMETRIC.palette;
  if (bitsPerSample === 4 && !isPalette) return 'samples of 4 bits are only supported with a palette';
  if (bitsPerSample === 16 && photometric > PHOTOMETRIC.rgb) {
    return 'samples of 16 bits are only supported for grey and RGB';
  }
  if (photometric === PHOTOMETRIC.ycbcr && compression !== JPEG_COMPRESSION && Math.max(...subsampling) > 1) {
    return 'subsampled YCbCr is only supported with JPEG compression';
  }
  if (header.planar && samplesPerPixel === 2) return 'grey and alpha in separate planes are not supported';
  return undefined;
}

/**
 * A copy of the file that declares its samples as unassociated alpha and unsigned numbers, so that sharp returns them as
 * stored. sharp would divide colours by premultiplied alpha.
 */
function withPlainSamples(file: Buffer, { extraSample, sampleFormat, valueOffsets }: TiffHeader): Buffer {
  if (extraSample !== 1 && sampleFormat === UNSIGNED) return file;
  const changed = Buffer.from(file);
  const isLittle = file[0] === 0x49;
  const put = (at: number, value: number) =>
    isLittle ? changed.writeUInt16LE(value, at) : changed.writeUInt16BE(value, at);
  if (extraSample === 1) put(valueOffsets.extraSamples[0]!, PLAIN_ALPHA);
  if (sampleFormat !== UNSIGNED) valueOffsets.sampleFormat.forEach((at) => put(at, UNSIGNED));
  return changed;
}

async function rgbSamples(image: Sharp, header: TiffHeader): Promise<RawPixels> {
  const { photometric, bitsPerSample, compression } = header;
  if (photometric === PHOTOMETRIC.cmyk) {
    return cmykToRgb(await bytesOf(image.pipelineColourspace('cmyk').toColourspace('cmyk')));
  }
  if (photometric === PHOTOMETRIC.rgb && bitsPerSample === 16) {
    return roundWords(await wordsOf(image.pipelineColourspace('rgb16').toColourspace('rgb16')));
  }
  const pixels = await bytesOf(image.toColourspace('srgb'));
  if (photometric === PHOTOMETRIC.ycbcr && compression !== JPEG_COMPRESSION) ycbcrToRgb(pixels.data);
  return pixels;
}

/** Converts CMYK to RGB in integers, as libtiff does. */
function cmykToRgb({ data, width, height, channels }: RawPixels): RawPixels {
  requireChannels(channels, 4);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const white = 255 - data[from + 3]!;
    rgb[to] = (white * (255 - data[from]!)) / 255;
    rgb[to + 1] = (white * (255 - data[from + 1]!)) / 255;
    rgb[to + 2] = (white * (255 - data[from + 2]!)) / 255;
  }
  return { data: rgb, width, height, channels: 3 };
}

/** Converts 16 bits to 8, rounded. */
function roundWords({ data, ...size }: RawPixels<Uint16Array>): RawPixels {
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) bytes[i] = (data[i]! + 128) / 257;
  return { ...size, data: bytes };
}

/** Premultiplies RGBA in place, rounded. */
function multiplyAlpha(rgba: Uint8Array): void {
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    rgba[i] = (rgba[i]! * alpha + 127) / 255;
    rgba[i + 1] = (rgba[i + 1]! * alpha + 127) / 255;
    rgba[i + 2] = (rgba[i + 2]! * alpha + 127) / 255;
  }
}
