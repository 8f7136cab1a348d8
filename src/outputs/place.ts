import { readlinkSync, realpathSync, statSync, type BigIntStats } from 'node:fs';
import path from 'node:path';
import type { NativePath } from '../sources/paths.js';

/** The target of a path, with all links followed. */
export interface Place {
  /** As given. */
  readonly named: string;
  /** Absolute, with the links of existing parts resolved. */
  readonly path: string;
  /** Device and inode; undefined if it does not exist. */
  readonly id: string | undefined;
  readonly kind: 'missing' | 'file' | 'folder' | 'other';
}

/** Resolves a path, which need not exist. */
export function placeOf(named: string): Place {
  const stats = statsOf(named);
  const kind = !stats ? 'missing' : stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  return { named, path: realPath(path.resolve(named)), id: stats && idOf(stats), kind };
}

/** The stats of a path's target; undefined if it does not exist or cannot be accessed. */
export function statsOf(file: NativePath): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}

/** Device and inode, which identify a file under all its names. */
export function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Whether two paths lead to one file or folder, also if nothing is there yet. */
export function isSame(a: Place, b: Place): boolean {
  return (a.id !== undefined && a.id === b.id) || comparable(a.path) === comparable(b.path);
}

/** Whether `inner` is somewhere below `outer`. */
export function isBelow(inner: Place, outer: Place): boolean {
  const folder = comparable(outer.path);
  return comparable(inner.path).startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

const CASELESS = process.platform === 'darwin' || process.platform === 'win32';

/** A path in a form for comparison: macOS and Windows ignore case, macOS also Unicode normalisation. */
export function comparable(absolute: string): string {
  return CASELESS ? absolute.normalize('NFC').toLowerCase() : absolute;
}

const MOST_LINKS = 40;

/** The path without links. For a missing file, its folder is resolved; for a dangling link, its target. */
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
