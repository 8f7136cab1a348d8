import { plainHeader, type PictureHeader } from './header.js';

const u24 = (file: Buffer, at: number) => file.readUIntLE(at, 3);

/**
 * Size of a WebP's canvas and whether it has transparency. Its EXIF orientation is not applied, as in OpenCV 4.
 * @returns undefined if the first chunk is not one that starts a WebP
 */
export function webpHeader(file: Buffer): PictureHeader<'webp'> | undefined {
  const header = canvasHeader(file);
  // The size in the first chunk does not include that chunk's eight bytes.
  return header && { ...header, cut: file.readUInt32LE(4) + 8 > file.length };
}

function canvasHeader(file: Buffer): PictureHeader<'webp'> | undefined {
  if (file.length < 30) return undefined;
  switch (file.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return plainHeader('webp', file.readUInt16LE(26) & 0x3fff, file.readUInt16LE(28) & 0x3fff);
    case 'VP8L': {
      const bits = file.readUInt32LE(21);
      const alpha = (bits & 0x10000000) !== 0;
      return plainHeader('webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, alpha);
    }
    case 'VP8X':
      return plainHeader('webp', u24(file, 24) + 1, u24(file, 27) + 1, (file[20]! & 0x10) !== 0);
    default:
      return undefined;
  }
}
