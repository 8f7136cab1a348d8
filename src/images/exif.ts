/** EXIF's orientation, 1 to 8; 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;

/**
 * The orientation in an EXIF block (TIFF structure: byte order, mark, first directory), 1 if there is none or
 * it makes no sense. Like OpenCV the value is taken as 16 bits whatever type the entry claims.
 */
export function exifOrientation(block: Buffer): Orientation {
  if (block.length < 8) return 1;
  const order = block.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return 1;
  const little = order === 'II';
  const u16 = (at: number) => (little ? block.readUInt16LE(at) : block.readUInt16BE(at));
  const u32 = (at: number) => (little ? block.readUInt32LE(at) : block.readUInt32BE(at));
  if (u16(2) !== 0x002a) return 1;
  const directory = u32(4);
  if (directory + 2 > block.length) return 1;
  const entries = u16(directory);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > block.length) return 1;
    if (u16(entry) === ORIENTATION_TAG) return asOrientation(u16(entry + 8));
  }
  return 1;
}

/** `value` if it is an orientation, else 1. */
export function asOrientation(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}
