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
 * The segments before the first scan.
 * @returns offset of that scan; -1 if the file ends before it
 */
function* segments(file: Buffer): Generator<{ marker: number; content: Buffer }, number, undefined> {
  let at = 2;
  while (at + 4 <= file.length) {
    const marker = file[at] === 0xff ? file[at + 1]! : 0xff;
    if (marker === 0xff)
      at++; // libjpeg skips bytes between segments.
    else if (marker === 0 || isStandalone(marker)) at += 2;
    else if (marker === SOS || marker === EOI) return at;
    else {
      const length = file.readUInt16BE(at + 2);
      yield { marker, content: file.subarray(at + 4, at + 2 + length) };
      at += 2 + length;
    }
  }
  return -1;
}

/** Whether a JPEG is truncated: no EOI marker follows its last scan. Scan data contain neither marker. */
export function isCutJpeg(file: Buffer): boolean {
  const walk = segments(file);
  let step = walk.next();
  while (!step.done) step = walk.next();
  if (step.value < 0) return true;
  const pictures = file.subarray(step.value); // after a thumbnail in the EXIF block
  return (
    pictures.lastIndexOf('\xff\xd9', undefined, 'latin1') <
    pictures.lastIndexOf('\xff\xda', undefined, 'latin1')
  );
}

/**
 * Size, component count and orientation of a JPEG, read from its markers. As in OpenCV, the orientation is read from the
 * first APP1 segment, even if that is not EXIF.
 * @returns undefined if the markers end before the frame's
 */
export function jpegHeader(file: Buffer): PictureHeader<'jpeg'> | undefined {
  let orientation: Orientation | undefined;
  let frame: { width: number; height: number; components: number } | undefined;
  for (const { marker, content } of segments(file)) {
    if (marker === APP1) orientation ??= exifOrientation(content.subarray(EXIF_PREFIX));
    if (isFrame(marker) && content.length >= 6) {
      frame = { height: content.readUInt16BE(1), width: content.readUInt16BE(3), components: content[5]! };
    }
  }
  if (!frame) return undefined;
  return {
    ...plainHeader('jpeg', frame.width, frame.height),
    orientation: orientation ?? 1,
    cmyk: frame.components === 4,
  };
}
