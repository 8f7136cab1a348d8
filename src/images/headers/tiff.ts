import { asOrientation } from '../exif.js';
import { plainHeader, type PictureHeader } from './header.js';

/** What the decoding of a TIFF depends on, from its first directory. */
export interface TiffHeader extends PictureHeader {
  readonly bitsPerSample: number;
  readonly samplesPerPixel: number;
  readonly photometric: number;
  readonly compression: number;
  /** 0: unspecified, 1: associated (premultiplied) alpha, 2: unassociated alpha. */
  readonly extraSamples: readonly number[];
}

const TAGS = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samplesPerPixel: 277,
  extraSamples: 338,
} as const;

const TYPE_BYTES: Partial<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/**
 * The first directory of a TIFF or BigTIFF.
 * @returns undefined where there is none within the file
 */
export function tiffHeader(file: Buffer): TiffHeader | undefined {
  const tags = readTags(file);
  if (!tags) return undefined;
  const one = (tag: number, otherwise: number) => tags.get(tag)?.[0] ?? otherwise;
  const extraSamples = tags.get(TAGS.extraSamples) ?? [];
  return {
    ...plainHeader('tiff', one(TAGS.width, 0), one(TAGS.height, 0), extraSamples.length > 0),
    orientation: asOrientation(one(TAGS.orientation, 1)),
    bitsPerSample: one(TAGS.bitsPerSample, 1),
    samplesPerPixel: one(TAGS.samplesPerPixel, 1),
    photometric: one(TAGS.photometric, 0),
    compression: one(TAGS.compression, 1),
    extraSamples,
  };
}

function readTags(file: Buffer): Map<number, number[]> | undefined {
  const little = file[0] === 0x49;
  const u16 = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const u32 = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const u64 = (at: number) => Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  if (file.length < 16) return undefined;
  const big = u16(2) === 43;
  const word = big ? u64 : u32;
  const wordBytes = big ? 8 : 4;
  const countBytes = big ? 8 : 2;
  const entryBytes = 4 + 2 * wordBytes;
  const directory = word(big ? 8 : 4);
  if (directory + countBytes > file.length) return undefined;
  const entries = big ? u64(directory) : u16(directory);
  const tags = new Map<number, number[]>();
  for (let i = 0; i < entries; i++) {
    const entry = directory + countBytes + i * entryBytes;
    if (entry + entryBytes > file.length) break;
    const bytes = TYPE_BYTES[u16(entry + 2)];
    if (bytes === undefined) continue;
    // Lists are short where they matter here; offsets of strips are not read.
    const count = Math.min(word(entry + 4), 16);
    const inside = entry + 4 + wordBytes;
    const at = count * bytes <= wordBytes ? inside : word(inside);
    if (at + count * bytes > file.length) continue;
    const read = (k: number) => readValue(at + k * bytes, bytes);
    tags.set(
      u16(entry),
      Array.from({ length: count }, (_, k) => read(k)),
    );
  }
  return tags;

  function readValue(at: number, bytes: number): number {
    if (bytes === 1) return file[at]!;
    if (bytes === 2) return u16(at);
    return bytes === 4 ? u32(at) : u64(at);
  }
}
