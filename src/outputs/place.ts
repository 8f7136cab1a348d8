import { readlinkSync, realpathSync, statSync, type BigIntStats } from 'node:fs';
import path from 'node:path';
import type { NativePath } from '../sources/paths.js';

/** What a path leads to, every link followed. */
export interface Place {
  /** As it was given. */
  readonly named: string;
  /** Absolute and without links, as far as it exists. */
  readonly path: string;
  /** Device and inode; undefined if nothing is there. */
  readonly id: string | undefined;
  readonly kind: 'missing' | 'file' | 'folder' | 'other';
}

/** Looks at a path; nothing needs to be there. */
export function placeOf(named: string): Place {
  const stats = statsOf(named);
  const kind = !stats ? 'missing' : stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  return { named, path: realPath(path.resolve(named)), id: stats && idOf(stats), kind };
}

/** What a path leads to; undefined if nothing is there, or it cannot be looked at. */
export function statsOf(file: NativePath): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}

/** Device and inode, by which a file is known under every name. */
export function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Whether two paths lead to one file or folder, also if nothing is there yet. */
export function isSame(a: Place, b: Place): boolean {
  return (a.id !== undefined && a.id === b.id) || comparable(a.path) === comparable(b.path);
}

/** Whether `inner` lies somewhere below `outer`. */
export function isBelow(inner: Place, outer: Place): boolean {
  const folder = comparable(outer.path);
  return comparable(inner.path).startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

const CASELESS = process.platform === 'darwin' || process.platform === 'win32';

/** A path by which it can be compared: macOS and Windows tell no case apart, macOS no way of writing an accent. */
export function comparable(absolute: string): string {
  return CASELESS ? absolute.normalize('NFC').toLowerCase() : absolute;
}

const MOST_LINKS = 40;

/** The path without links: of what is missing, its folder's; of a link to nothing, what it names. */
function realPath(absolute: string, links = 0): string {
  try {
    return realpathSync.native(absolute);
  } catch {
    const target = links < MOST_LINKS ? linkTarget(absolute) : undefined;
    if (target !== undefined) return realPath(path.resolve(path.dirname(absolute), target), links + 1);
    const folder = path.dirname(absolute);
    return folder === absolute ? absolute : path.join(realPath(folder, links), path.basename(absolute));
  }
}

function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined; // no link
  }
}
