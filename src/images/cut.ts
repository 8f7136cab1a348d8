import { boxes } from './headers/avif.js';
import type { PictureFormat } from './headers/header.js';
import { gifBlocks } from './headers/gif.js';
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

/** Whether the file ends before its trailer. */
function isCutGif(file: Buffer): boolean {
  for (const { end } of gifBlocks(file)) if (end === undefined) return true;
  return false;
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
