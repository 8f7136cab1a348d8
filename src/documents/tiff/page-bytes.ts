import { FdeployError } from '../../contracts/errors.js';
import { cutError, unreadableError } from '../../images/decode-error.js';
import { pageName } from '../document-file.js';
import { TYPE_BYTES, type TiffEntry, type TiffLayout } from './layout.js';
import type { TiffFile } from './tiff-file.js';

const STRIPS = { offsets: 273, lengths: 279 } as const;
const TILES = { offsets: 324, lengths: 325 } as const;
const COMPRESSION = 259;
/** JPEG before Technical Note 2, whose tables lie anywhere in the file. */
const OLD_JPEG = 6;
/** Tags that point to other directories: SubIFDs, Exif, GPS. */
const POINTERS: ReadonlySet<number> = new Set([330, 34665, 34853]);

/** Larger pages are not read. */
const MOST_BYTES = 2 ** 31 - 1;

/** A part of the new file: an entry, and the values that do not fit into it. */
interface Part {
  readonly raw: Buffer;
  readonly values: Buffer | undefined;
}

/**
 * A page as a TIFF of its own: its directory, the values of its tags and its pixels as they are in the file. Only these are read.
 * @param page from 1
 * @throws FdeployError IMAGE_TRUNCATED, IMAGE_UNREADABLE or IMAGE_TOO_LARGE
 */
export async function tiffPage(file: TiffFile, page: number): Promise<Buffer> {
  const offset = file.offsetOf(page);
  const name = pageName(file.name, page);
  const directory = await file.directory(offset);
  if (!directory) throw cutError('tiff', name);
  const { entries } = directory;
  const pixels = await findPixels(file, entries, name);
  if (!pixels) return wholeFile(file, offset, name);
  return assemble(file, entries, pixels, name);
}

/** Where the pixels of a page are in the file. */
interface Pixels {
  readonly tag: number;
  readonly offsets: number[];
  readonly lengths: number[];
}

/** undefined if the pixels cannot be told from the rest of the file. */
async function findPixels(
  file: TiffFile,
  entries: readonly TiffEntry[],
  name: string,
): Promise<Pixels | undefined> {
  const find = (tag: number): TiffEntry | undefined => entries.find((entry) => entry.tag === tag);
  const compression = find(COMPRESSION);
  if (compression && (await numbersOf(file, compression, name))[0] === OLD_JPEG) return undefined;
  const tags = find(TILES.offsets) ? TILES : STRIPS;
  const [at, size] = [find(tags.offsets), find(tags.lengths)];
  if (at === undefined || at.count !== size?.count) return undefined;
  const [offsets, lengths] = [await numbersOf(file, at, name), await numbersOf(file, size, name)];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (offsets.some((offset, i) => offset + lengths[i]! > file.length)) throw cutError('tiff', name);
  return total > file.length ? undefined : { tag: tags.offsets, offsets, lengths };
}

/** The file with the page as its first. */
async function wholeFile(file: TiffFile, offset: number, name: string): Promise<Buffer> {
  checkLength(file.length, name);
  const bytes = await file.bytes(0, file.length);
  file.layout.write(bytes, offset, file.layout.firstAt, file.layout.offsetBytes);
  return bytes;
}

async function assemble(
  file: TiffFile,
  entries: readonly TiffEntry[],
  { tag, offsets, lengths }: Pixels,
  name: string,
): Promise<Buffer> {
  const { layout } = file;
  const kept = entries.filter((entry) => !POINTERS.has(entry.tag) && isWithin(file, entry));
  const parts: Part[] = [];
  for (const entry of kept) {
    if (entry.tag === tag) parts.push(offsetsPart(entry, layout));
    else parts.push({ raw: Buffer.from(entry.raw), values: await outsideValues(file, entry, name) });
  }
  const directoryBytes = layout.countBytes + parts.length * layout.entryBytes + layout.offsetBytes;
  const valueBytes = parts.reduce((sum, { values }) => sum + even(values?.length ?? 0), 0);
  const pixelsAt = even(layout.headerBytes + directoryBytes + valueBytes);
  const length = lengths.reduce((sum, bytes) => sum + bytes, pixelsAt);
  checkLength(length, name);

  const places: number[] = [];
  lengths.reduce((place, bytes) => (places.push(place), place + bytes), pixelsAt);
  const offsetPart = parts[kept.findIndex((entry) => entry.tag === tag)]!;
  writeNumbers(offsetPart, places, layout);

  const made = Buffer.alloc(length);
  (await file.bytes(0, layout.headerBytes)).copy(made);
  layout.write(made, layout.headerBytes, layout.firstAt, layout.offsetBytes);
  layout.write(made, parts.length, layout.headerBytes, layout.countBytes);
  let entryAt = layout.headerBytes + layout.countBytes;
  let valueAt = layout.headerBytes + directoryBytes;
  for (const { raw, values } of parts) {
    if (values) {
      layout.write(raw, valueAt, 4 + layout.offsetBytes, layout.offsetBytes);
      values.copy(made, valueAt);
      valueAt += even(values.length);
    }
    raw.copy(made, entryAt);
    entryAt += layout.entryBytes;
  }
  for (const [i, place] of places.entries()) await file.readInto(made, place, offsets[i]!, lengths[i]!);
  return made;
}

/** The entry of the pixels' offsets, with room for new ones of the full size. */
function offsetsPart({ raw, count }: TiffEntry, layout: TiffLayout): Part {
  const own = Buffer.from(raw);
  layout.write(own, layout.offsetType, 2, 2);
  return { raw: own, values: count === 1 ? undefined : Buffer.alloc(count * layout.offsetBytes) };
}

function writeNumbers({ raw, values }: Part, numbers: readonly number[], layout: TiffLayout): void {
  const { offsetBytes } = layout;
  const into = values ?? raw.subarray(4 + offsetBytes);
  for (const [i, number] of numbers.entries()) layout.write(into, number, i * offsetBytes, offsetBytes);
}

/** Where the values of an entry are in the file; undefined if they are in the entry itself. */
function outside(
  { layout }: TiffFile,
  { raw, type, count }: TiffEntry,
): { at: number; length: number } | undefined {
  const length = count * (TYPE_BYTES[type] ?? 0);
  if (length <= layout.offsetBytes) return undefined;
  return { at: layout.read(raw, 4 + layout.offsetBytes, layout.offsetBytes), length };
}

function isWithin(file: TiffFile, entry: TiffEntry): boolean {
  const place = outside(file, entry);
  return place === undefined || place.at + place.length <= file.length;
}

async function outsideValues(file: TiffFile, entry: TiffEntry, name: string): Promise<Buffer | undefined> {
  const place = outside(file, entry);
  if (!place) return undefined;
  if (!isWithin(file, entry)) throw cutError('tiff', name);
  return file.bytes(place.at, place.length);
}

async function numbersOf(file: TiffFile, entry: TiffEntry, name: string): Promise<number[]> {
  const { layout } = file;
  const bytes = TYPE_BYTES[entry.type] ?? 0;
  if (![1, 2, 4, 8].includes(bytes)) throw unreadableError('tiff', name, 'its directory is damaged');
  const values = (await outsideValues(file, entry, name)) ?? entry.raw.subarray(4 + layout.offsetBytes);
  return Array.from({ length: entry.count }, (_, i) => layout.read(values, i * bytes, bytes));
}

function checkLength(bytes: number, name: string): void {
  if (bytes <= MOST_BYTES) return;
  throw new FdeployError('IMAGE_TOO_LARGE', `${name} has ${bytes} bytes, more than can be read.`, {
    file: name,
    expected: `at most ${MOST_BYTES} bytes`,
    found: `${bytes} bytes`,
  });
}

/** TIFF's values start at even offsets. */
const even = (length: number): number => length + (length % 2);
