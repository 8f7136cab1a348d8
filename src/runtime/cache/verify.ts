import { createHash } from 'node:crypto';
import { closeSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openRegularFile } from '../../files/guarded-file.js';
import { uniqueName } from '../../files/shared-files.js';

/** A file of an entry, as written. */
export interface FileRecord {
  name: string;
  size: number;
  /** SHA-256 of each MiB. */
  parts: string[];
}

/** Results of earlier checks of an entry's files: their times, and the next part to check. */
interface Checked {
  stamps: string[];
  /** The part to check next. */
  next: number;
}

interface Part {
  file: FileRecord;
  index: number;
}

const PART_BYTES = 2 ** 20;
const CHECKED = 'checked.json';

/** The record of a file that is complete. */
export function recordOf(folder: string, name: string): FileRecord {
  const { descriptor, stats } = openRegularFile(path.join(folder, name));
  try {
    const parts: string[] = [];
    for (let at = 0; at < stats.size; at += PART_BYTES) parts.push(hashAt(descriptor, at));
    return { name, size: stats.size, parts };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Whether an entry's files are unchanged. If a file's size or times differ from the last check, the whole file is read.
 * Otherwise one MiB is read per start, a different one each time, to find damage that does not change the times. The cost of
 * a start is therefore independent of the model's size, and all parts are checked over time.
 */
export function isWhole(folder: string, files: readonly FileRecord[]): boolean {
  try {
    const stamps = files.map((file) => stampOf(folder, file));
    const parts = files.flatMap((file) => file.parts.map((_, index) => ({ file, index })));
    const before = readChecked(folder);
    const isKnown = before !== undefined && String(before.stamps) === String(stamps);
    const first = isKnown && before.next < parts.length ? before.next : 0;
    const taken = isKnown ? withinBudget(parts, first) : parts;
    if (!taken.every((part) => isSound(folder, part))) return false;
    const next = parts.length === 0 ? 0 : (first + taken.length) % parts.length;
    if (!isKnown || next !== before.next) writeChecked(folder, { stamps, next });
    return true;
  } catch {
    return false;
  }
}

/** Records that an entry's files are complete. */
export function markWhole(folder: string, files: readonly FileRecord[]): void {
  writeChecked(folder, { stamps: files.map((file) => stampOf(folder, file)), next: 0 });
}

/** Parts from `first` on, cyclically, of one MiB in total. */
function withinBudget(parts: readonly Part[], first: number): Part[] {
  const taken: Part[] = [];
  let left = PART_BYTES;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[(first + i) % parts.length]!;
    left -= Math.min(PART_BYTES, part.file.size - part.index * PART_BYTES);
    if (left < 0 && taken.length > 0) break;
    taken.push(part);
  }
  return taken;
}

function isSound(folder: string, { file, index }: Part): boolean {
  const { descriptor } = openRegularFile(path.join(folder, file.name));
  try {
    return hashAt(descriptor, index * PART_BYTES) === file.parts[index];
  } finally {
    closeSync(descriptor);
  }
}

let buffer: Buffer | undefined;

function hashAt(descriptor: number, position: number): string {
  buffer ??= Buffer.allocUnsafeSlow(PART_BYTES);
  let filled = 0;
  while (filled < PART_BYTES) {
    const count = readSync(descriptor, buffer, filled, PART_BYTES - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return createHash('sha256').update(buffer.subarray(0, filled)).digest('hex');
}

/** @throws if the file is missing or has another size */
function stampOf(folder: string, { name, size }: FileRecord): string {
  const stats = statSync(path.join(folder, name), { bigint: true });
  if (!stats.isFile() || stats.size !== BigInt(size)) throw new Error(`${name} has another size`);
  return `${stats.mtimeNs} ${stats.ctimeNs}`;
}

function readChecked(folder: string): Checked | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, CHECKED), 'utf8')) as Checked;
  } catch {
    return undefined; // everything is read
  }
}

function writeChecked(folder: string, checked: Checked): void {
  const file = path.join(folder, CHECKED);
  const temporary = `${file}.${uniqueName()}`;
  try {
    writeFileSync(temporary, JSON.stringify(checked));
    renameSync(temporary, file);
  } catch {
    // A read-only cache is checked each time.
  }
}
