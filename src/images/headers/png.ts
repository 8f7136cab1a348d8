import { exifOrientation, type Orientation } from '../exif.js';
import { plainHeader, type PictureHeader } from './header.js';

const ALPHA_BIT = 4;

/**
 * Size, transparency and orientation of a PNG. All chunks are read, since OpenCV also uses an eXIf chunk after the pixels.
 * @returns undefined if the first chunk is not IHDR
 */
export function pngHeader(file: Buffer): PictureHeader<'png'> | undefined {
  if (file.length < 33 || file.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  let alpha = (file[25]! & ALPHA_BIT) !== 0;
  let orientation: Orientation = 1;
  let complete = false;
  let at = 8;
  while (at + 12 <= file.length) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') {
      complete = true;
      break;
    }
    if (type === 'tRNS') alpha = true;
    if (type === 'eXIf') orientation = exifOrientation(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const size = plainHeader('png', file.readUInt32BE(16), file.readUInt32BE(20), alpha);
  return { ...size, orientation, cut: !complete };
}
