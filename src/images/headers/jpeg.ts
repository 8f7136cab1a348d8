import { exifOrientation, type Orientation } from '../exif.js';
import { plainHeader, type PictureHeader } from './header.js';

const SOS = 0xda;
const EOI = 0xd9;
const APP1 = 0xe1;
/** "Exif" and two zeros. */
const EXIF_PREFIX = 6;

const isStandalone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
/** SOF0 to SOF15 without DHT, JPG and DAC. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/**
 * Size, component count and orientation of a JPEG, read from its markers. As in OpenCV the orientation is that of
 * the first APP1 segment, be it EXIF or not.
 * @returns undefined where the markers end before the frame's
 */
export function jpegHeader(file: Buffer): PictureHeader<'jpeg'> | undefined {
  let orientation: Orientation | undefined;
  let frame: { width: number; height: number; components: number } | undefined;
  let at = 2;
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) {
      at++; // libjpeg skips what stands between segments.
      continue;
    }
    const marker = file[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0 || isStandalone(marker)) {
      at += 2;
      continue;
    }
    if (marker === SOS || marker === EOI) break;
    const length = file.readUInt16BE(at + 2);
    const segment = file.subarray(at + 4, at + 2 + length);
    if (marker === APP1) orientation ??= exifOrientation(segment.subarray(EXIF_PREFIX));
    if (isFrame(marker) && segment.length >= 6) {
      frame = { height: segment.readUInt16BE(1), width: segment.readUInt16BE(3), components: segment[5]! };
    }
    at += 2 + length;
  }
  if (!frame) return undefined;
  return {
    ...plainHeader('jpeg', frame.width, frame.height),
    orientation: orientation ?? 1,
    cmyk: frame.components === 4,
  };
}
