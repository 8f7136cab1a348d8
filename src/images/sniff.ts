import { avifHeader } from './headers/avif.js';
import { bmpSize } from './headers/bmp.js';
import { plainHeader, type PictureFormat, type PictureHeader } from './headers/header.js';
import { jpegHeader } from './headers/jpeg.js';
import { pngHeader } from './headers/png.js';
import { tiffHeader, type TiffHeader } from './headers/tiff.js';
import { webpHeader } from './headers/webp.js';

/** A header. TIFF headers have more fields. */
export type AnyHeader = PictureHeader<Exclude<PictureFormat, 'tiff'>> | TiffHeader;

/** What a file is: a supported picture, or a description of something else. */
export type Sniffed =
  | { kind: 'picture'; header: AnyHeader }
  /** Starts like a picture, but its header is incomplete. */
  | { kind: 'broken'; format: string }
  | { kind: 'lfs-pointer' }
  | { kind: 'other'; found: string };

const GIF_HEADER_BYTES = 10;

const startsWith = (file: Buffer, text: string, at = 0) =>
  file.length >= at + text.length && file.toString('latin1', at, at + text.length) === text;

/** Detects from its content what a file is. */
export function sniff(file: Buffer): Sniffed {
  if (startsWith(file, '\xff\xd8\xff')) return whole('JPEG', jpegHeader(file));
  if (startsWith(file, '\x89PNG\r\n\x1a\n')) return whole('PNG', pngHeader(file));
  if (startsWith(file, 'GIF8')) return whole('GIF', gifHeader(file));
  if (startsWith(file, 'RIFF') && startsWith(file, 'WEBP', 8)) return whole('WebP', webpHeader(file));
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((mark) => startsWith(file, mark))) {
    return whole('TIFF', tiffHeader(file));
  }
  if (startsWith(file, 'BM')) return whole('BMP', bmpHeader(file));
  if (startsWith(file, 'ftypavi', 4)) return whole('AVIF', avifHeader(file));
  if (startsWith(file, 'version https://git-lfs')) return { kind: 'lfs-pointer' };
  return { kind: 'other', found: nameOf(file) };
}

function whole(format: string, header: AnyHeader | undefined): Sniffed {
  return header ? { kind: 'picture', header } : { kind: 'broken', format };
}

function gifHeader(file: Buffer): PictureHeader<'gif'> | undefined {
  if (file.length < GIF_HEADER_BYTES) return undefined;
  return plainHeader('gif', file.readUInt16LE(6), file.readUInt16LE(8), true);
}

function bmpHeader(file: Buffer): PictureHeader<'bmp'> | undefined {
  const size = bmpSize(file);
  return size && plainHeader('bmp', size.width, size.height);
}

/** Common files in picture folders that are not pictures, by their first bytes. */
const OTHERS: readonly (readonly [mark: string, at: number, name: string])[] = [
  ['\0\0\0\x0cjP  ', 0, 'a JPEG 2000 file'],
  ['\xff\x0a', 0, 'a JPEG XL file'],
  ['P4\n', 0, 'a PBM file'],
  ['P5\n', 0, 'a PGM file'],
  ['P6\n', 0, 'a PPM file'],
  ['\0\0\0\x0cJXL ', 0, 'a JPEG XL file'],
  ['ftyp', 4, 'a HEIC or video file'],
  ['8BPS', 0, 'a Photoshop file'],
  ['%PDF', 0, 'a PDF file'],
  ['PK\x03\x04', 0, 'a ZIP archive'],
  ['\x1f\x8b', 0, 'a gzip archive'],
  ['\0\0\x01\0', 0, 'an icon file'],
  ['v/1\x01', 0, 'an OpenEXR file'],
  ['#?RADIANCE', 0, 'a Radiance file'],
];

function nameOf(file: Buffer): string {
  for (const [mark, at, name] of OTHERS) if (startsWith(file, mark, at)) return name;
  const head = file.subarray(0, 512);
  if (head.every((byte) => byte === 0)) return 'nothing but zero bytes';
  const text = head.toString('utf8').trimStart();
  if (/^<(\?xml|svg)/i.test(text)) return 'an XML or SVG file';
  if (/^<(!doctype )?html/i.test(text)) return 'an HTML page';
  if (!head.some((byte) => byte < 9 || (byte > 13 && byte < 32))) return 'text';
  return 'data of an unknown format';
}
