import type { Picture } from '../contracts/picture.js';
import { cutError, unreadableError } from './decode-error.js';
import { decodeRle } from './bmp-rle.js';
import { readBmpLayout, type BmpLayout } from './headers/bmp.js';

/**
 * Decodes a BMP to the pixels of cv2.imread. No kept library reads all kinds that OpenCV reads (run lengths, bit fields, OS/2
 * headers, odd widths at 4 bits).
 * @throws FdeployError IMAGE_TRUNCATED if pixels are missing, IMAGE_UNREADABLE for a kind that OpenCV does not read
 */
export function decodeBmp(file: Buffer, name: string): Picture {
  const layout = readBmpLayout(file);
  if (typeof layout === 'string') {
    throw unreadableError('bmp', name, layout);
  }
  const { width, height } = layout;
  const rgb = new Uint8Array(width * height * 3);
  const problem = layout.compressed ? decodeRle(file, layout, rgb) : unpackRows(file, layout, rgb);
  if (problem === 'cut') throw cutError('bmp', name);
  if (problem === 'broken') throw unreadableError('bmp', name, 'its run lengths exceed the picture');
  return { data: rgb, width, height, channels: 3, order: 'rgb' };
}

/** Writes one row: its bytes begin at `from`, its pixels at `to`. */
type Unpack = (file: Buffer, from: number, rgb: Uint8Array, to: number, layout: BmpLayout) => void;

function unpackRows(file: Buffer, layout: BmpLayout, rgb: Uint8Array): 'cut' | undefined {
  const { width, height, bitsPerPixel, pixelOffset, topDown } = layout;
  const pitch = Math.floor((width * bitsPerPixel + 31) / 32) * 4;
  if (pixelOffset + pitch * height > file.length) return 'cut';
  const unpack = unpackerOf(layout);
  for (let y = 0; y < height; y++) {
    const row = topDown ? y : height - 1 - y;
    unpack(file, pixelOffset + y * pitch, rgb, row * width * 3, layout);
  }
  return undefined;
}

function unpackerOf({ bitsPerPixel, masks }: BmpLayout): Unpack {
  if (bitsPerPixel <= 8) return unpackPalette;
  if (bitsPerPixel === 24) return unpackBytes;
  if (bitsPerPixel === 32 && masks === undefined) return unpackBytes;
  return bitsPerPixel === 32 ? unpackMasked : unpack16;
}

/** 1, 4 and 8 bits: the leftmost pixel is in the highest bits. */
function unpackPalette(
  file: Buffer,
  from: number,
  rgb: Uint8Array,
  to: number,
  { width, bitsPerPixel, palette }: BmpLayout,
): void {
  const perByte = 8 / bitsPerPixel;
  const mask = (1 << bitsPerPixel) - 1;
  for (let x = 0; x < width; x++) {
    const byte = file[from + Math.floor(x / perByte)]!;
    const entry = 3 * ((byte >> (8 - bitsPerPixel * ((x % perByte) + 1))) & mask);
    rgb[to++] = palette[entry]!;
    rgb[to++] = palette[entry + 1]!;
    rgb[to++] = palette[entry + 2]!;
  }
}

/** 24 and 32 bits: blue, green, red and a fourth byte that is left out. */
function unpackBytes(
  file: Buffer,
  from: number,
  rgb: Uint8Array,
  to: number,
  { width, bitsPerPixel }: BmpLayout,
): void {
  const step = bitsPerPixel / 8;
  for (let x = 0; x < width; x++) {
    rgb[to++] = file[from + 2]!;
    rgb[to++] = file[from + 1]!;
    rgb[to++] = file[from]!;
    from += step;
  }
}

/** 16 bits, 5-5-5 or 5-6-5; the missing low bits are 0, as in OpenCV. */
function unpack16(
  file: Buffer,
  from: number,
  rgb: Uint8Array,
  to: number,
  { width, sixGreenBits }: BmpLayout,
): void {
  for (let x = 0; x < width; x++) {
    const value = file[from]! | (file[from + 1]! << 8);
    rgb[to++] = (sixGreenBits ? value >> 8 : value >> 7) & 0xf8;
    rgb[to++] = sixGreenBits ? (value >> 3) & 0xfc : (value >> 2) & 0xf8;
    rgb[to++] = (value << 3) & 0xf8;
    from += 2;
  }
}

/** 32 bits with masks of any width and place, stretched to 8 bits. */
function unpackMasked(
  file: Buffer,
  from: number,
  rgb: Uint8Array,
  to: number,
  { width, masks }: BmpLayout,
): void {
  for (let x = 0; x < width; x++) {
    const value = file.readUInt32LE(from);
    for (const { mask, shift, scale } of masks!) rgb[to++] = Math.fround(((value & mask) >>> shift) * scale);
    from += 4;
  }
}
