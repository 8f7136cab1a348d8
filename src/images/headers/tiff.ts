import { asOrientation } from '../exif.js';
import { plainHeader, type PictureHeader } from './header.js';

/** Fields of a TIFF's first directory that affect decoding. */
export interface TiffHeader extends PictureHeader<'tiff'> {
  readonly bitsPerSample: number;
  readonly samplesPerPixel: number;
  readonly photometric: number;
  readonly compression: number;
  /** Planes one after another instead of interleaved samples. */
  readonly planar: boolean;
  /** 1: whole numbers, 2: with a sign, 3: floating point. */
  readonly sampleFormat: number;
  /** Meaning of the sample after the colours: 0 unspecified, 1 premultiplied alpha, 2 unassociated alpha. */
  readonly extraSample: number | undefined;
  /** Horizontal and vertical subsampling of the colours, for YCbCr. */
  readonly subsampling: readonly [number, number];
  /** Offsets of the values of ExtraSamples and SampleFormat in the file, one 16-bit word each. */
  readonly valueOffsets: {
    readonly extraSamples: readonly number[];
    readonly sampleFormat: readonly number[];
  };
}

export const PHOTOMETRIC = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3, cmyk: 5, ycbcr: 6 } as const;
export const JPEG_COMPRESSION = 7;

const TAGS = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samplesPerPixel: 277,
  planarConfiguration: 284,
  stripOffsets: 273,
  stripBytes: 279,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
  subsampling: 530,
} as const;

/** Bytes of a value by its type: BYTE, SHORT, LONG, LONG8. */
const TYPE_BYTES: Partial<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** The lists needed here are short; strip offsets are not read. */
const MOST_VALUES = 16;

interface Tag {
  readonly values: readonly number[];
  readonly offsets: readonly number[];
}

/**
 * The first directory of a TIFF or BigTIFF.
 * @returns undefined if there is none within the file
 */
export function tiffHeader(file: Buffer): TiffHeader | undefined {
  const tags = readTags(file);
  if (!tags) return undefined;
  const one = (tag: number, otherwise: number) => tags.get(tag)?.values[0] ?? otherwise;
  const extra = tags.get(TAGS.extraSamples);
  const [horizontal = 2, vertical = 2] = tags.get(TAGS.subsampling)?.values ?? [];
  return {
    ...plainHeader('tiff', one(TAGS.width, 0), one(TAGS.height, 0), extra !== undefined),
    orientation: asOrientation(one(TAGS.orientation, 1)),
    bitsPerSample: one(TAGS.bitsPerSample, 1),
    samplesPerPixel: one(TAGS.samplesPerPixel, 1),
    photometric: one(TAGS.photometric, PHOTOMETRIC.whiteIsZero),
    compression: one(TAGS.compression, 1),
    planar: one(TAGS.planarConfiguration, 1) === 2,
    sampleFormat: one(TAGS.sampleFormat, 1),
    extraSample: extra?.values[0],
    subsampling: [horizontal, vertical],
    valueOffsets: {
      extraSamples: extra?.offsets ?? [],
      sampleFormat: tags.get(TAGS.sampleFormat)?.offsets ?? [],
    },
  };
}

/** Reads numbers in the file's byte order. */
class Words {
  constructor(
    private readonly file: Buffer,
    private readonly little: boolean,
  ) {}

  read(at: number, bytes: number): number {
    if (bytes === 8)
      return Number(this.little ? this.file.readBigUInt64LE(at) : this.file.readBigUInt64BE(at));
    return this.little ? this.file.readUIntLE(at, bytes) : this.file.readUIntBE(at, bytes);
  }
}

/** A tag's values: their offset, count and length. */
interface Entry {
  readonly tag: number;
  readonly start: number;
  readonly count: number;
  readonly bytes: number;
}

/** The entries of the first directory, as far as the file contains them; undefined if it has none. */
function readDirectory(file: Buffer): { words: Words; entries: Entry[] } | undefined {
  if (file.length < 16) return undefined;
  const words = new Words(file, file[0] === 0x49);
  const isBig = words.read(2, 2) === 43;
  const wordBytes = isBig ? 8 : 4;
  const countBytes = isBig ? 8 : 2;
  const entryBytes = 4 + 2 * wordBytes;
  const directory = words.read(isBig ? 8 : 4, wordBytes);
  if (directory + countBytes > file.length) return undefined;
  const length = words.read(directory, countBytes);
  const entries: Entry[] = [];
  for (let i = 0; i < length; i++) {
    const entry = directory + countBytes + i * entryBytes;
    if (entry + entryBytes > file.length) break;
    const bytes = TYPE_BYTES[words.read(entry + 2, 2)];
    if (bytes === undefined) continue;
    const count = words.read(entry + 4, wordBytes);
    const inside = entry + 4 + wordBytes;
    const start = count * bytes <= wordBytes ? inside : words.read(inside, wordBytes);
    entries.push({ tag: words.read(entry, 2), start, count, bytes });
  }
  return { words, entries };
}

function readTags(file: Buffer): Map<number, Tag> | undefined {
  const directory = readDirectory(file);
  if (!directory) return undefined;
  const tags = new Map<number, Tag>();
  for (const { tag, start, count, bytes } of directory.entries) {
    const length = Math.min(count, MOST_VALUES);
    if (start + length * bytes > file.length) continue;
    const offsets = Array.from({ length }, (_, k) => start + k * bytes);
    tags.set(tag, { offsets, values: offsets.map((at) => directory.words.read(at, bytes)) });
  }
  return tags;
}

/** End of the pixels of a TIFF's first directory, from its strips or tiles; beyond the end of a truncated file. */
export function tiffDataEnd(file: Buffer): number {
  const directory = readDirectory(file);
  if (!directory) return 0;
  const { words, entries } = directory;
  const find = (...tags: number[]): Entry | undefined => entries.find(({ tag }) => tags.includes(tag));
  const offsets = find(TAGS.stripOffsets, TAGS.tileOffsets);
  const sizes = find(TAGS.stripBytes, TAGS.tileBytes);
  if (!offsets || !sizes) return 0;
  const endOfTags = Math.max(...[offsets, sizes].map(({ start, count, bytes }) => start + count * bytes));
  if (endOfTags > file.length) return endOfTags;
  let end = 0;
  for (let i = 0; i < Math.min(offsets.count, sizes.count); i++) {
    const from = words.read(offsets.start + i * offsets.bytes, offsets.bytes);
    end = Math.max(end, from + words.read(sizes.start + i * sizes.bytes, sizes.bytes));
  }
  return end;
}
