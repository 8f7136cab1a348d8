import { boxes } from './headers/avif.js';
import type { PictureFormat } from './headers/header.js';
import { isCutJpeg } from './headers/jpeg.js';
import { tiffDataEnd } from './headers/tiff.js';

/**
 * Whether a picture that cannot be decoded is truncated. This is read from the file, not from the decoder's message: libvips
 * has one error buffer for all threads, so the message may be about another picture.
 */
export function isCut(file: Buffer, format: PictureFormat): boolean {
  switch (format) {
    case 'jpeg':
      return isCutJpeg(file);
    case 'gif':
      return isCutGif(file);
    case 'tiff':
      return tiffDataEnd(file) > file.length;
    case 'avif':
      return isCutAvif(file);
    case 'png':
    case 'webp':
    case 'bmp':
      return false; // detected before decoding
  }
}

const GIF = { extension: 0x21, picture: 0x2c, end: 0x3b } as const;

/** Whether the file ends before its trailer, by following its blocks. */
function isCutGif(file: Buffer): boolean {
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(file[10] ?? 0);
  while (at < file.length) {
    const kind = file[at]!;
    if (kind === GIF.extension) at += 2;
    else if (kind === GIF.picture) at += 11 + tableBytes(file[at + 9] ?? 0);
    else return false; // the trailer, or damage
    // Blocks of data, each preceded by its length, up to an empty one.
    while (at < file.length && file[at] !== 0) at += 1 + file[at]!;
    at++;
  }
  return true;
}

/** Whether a box extends beyond the file, or the box with the pixels is missing. */
function isCutAvif(file: Buffer): boolean {
  let hasPixels = false;
  for (const { type, end } of boxes(file, 0, file.length)) {
    if (end > file.length) return true;
    hasPixels ||= type === 'mdat';
  }
  return !hasPixels;
}
