/** EXIF's orientation, 1 to 8; 1 is upright. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;

/** Tags with text: description, make, model, software, date and copyright. Up to four bytes stand in the entry itself. */
const TEXT_TAGS: readonly number[] = [0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x8298];
const BYTES_IN_ENTRY = 4;

/** Bytes of the fractions that a tag points to: resolutions, white point, chromaticities, coefficients, reference. */
const FRACTION_BYTES: Readonly<Record<number, number>> = {
  0x011a: 8,
  0x011b: 8,
  0x013e: 16,
  0x013f: 48,
  0x0211: 24,
  0x0214: 48,
};

/**
 * The orientation in an EXIF block (TIFF structure: byte order, mark, first directory), 1 if there is none or
 * it makes no sense. Like OpenCV the value is taken as 16 bits whatever type the entry claims, the block may end right
 * behind them, and an entry before it whose value lies outside the block ends the search.
 */
export function exifOrientation(block: Buffer): Orientation {
  if (block.length < 8) return 1;
  const order = block.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return 1;
  const little = order === 'II';
  const u16 = (at: number) => (little ? block.readUInt16LE(at) : block.readUInt16BE(at));
  const u32 = (at: number) => (little ? block.readUInt32LE(at) : block.readUInt32BE(at));
  const holds = (end: number) => end <= block.length;
  /** Whether the value that the entry points to, if it does, lies inside the block. */
  const isReadable = (tag: number, entry: number): boolean => {
    if (TEXT_TAGS.includes(tag)) {
      if (!holds(entry + 8)) return false;
      const length = u32(entry + 4);
      if (length <= BYTES_IN_ENTRY) return holds(8 + length);
      return holds(entry + 12) && holds(u32(entry + 8) + length);
    }
    const bytes = FRACTION_BYTES[tag];
    return bytes === undefined || (holds(entry + 12) && holds(u32(entry + 8) + bytes));
  };
  if (u16(2) !== 0x002a) return 1;
  const directory = u32(4);
  if (!holds(directory + 2)) return 1;
  const entries = u16(directory);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (!holds(entry + 2)) return 1;
    const tag = u16(entry);
    if (tag === ORIENTATION_TAG) return holds(entry + 10) ? asOrientation(u16(entry + 8)) : 1;
    if (!isReadable(tag, entry)) return 1;
  }
  return 1;
}

/** `value` if it is an orientation, else 1. */
export function asOrientation(value: number): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}
