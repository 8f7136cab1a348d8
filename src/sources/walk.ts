import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Endings } from './endings.js';
import type { LeftOut } from './left-out.js';
import { fromBytes, joinPath, type NativePath } from './paths.js';

/**
 * Every file below `folder` with the ending of a picture or document, sorted by path; a folder's children are read when the walk gets there.
 * Hidden files and folders are left out. Links are followed, except to a folder that `folder` lies in; a folder that can be
 * reached in several ways is walked once, and by its own name where it has one below `folder`. What is no plain file (a broken
 * link, a pipe) but is named like a picture, and a folder that cannot be read, are given themselves: they become error records.
 * @param leftOut has the endings, and counts other files, once per folder
 */
export async function* walkPictures(folder: NativePath, leftOut: LeftOut): AsyncGenerator<NativePath> {
  yield* new Walk(await realFolder(folder), await aboveFolder(folder), leftOut).below(folder);
}

/** The state of one walk. */
class Walk {
  /** @param root the real path of `folder`; undefined if it cannot be resolved */
  constructor(
    readonly root: string | undefined,
    readonly seen: Set<string>,
    readonly leftOut: LeftOut,
  ) {}

  async *below(folder: NativePath): AsyncGenerator<NativePath> {
    const id = await folderId(folder);
    if (id !== undefined && this.seen.has(id)) return;
    if (id !== undefined) this.seen.add(id);
    const counted = id !== undefined && this.leftOut.entersFirst(id) ? this.leftOut : undefined;
    const children = await readFolder(folder, this.leftOut.listed, counted);
    if (!children) {
      yield folder;
      return;
    }
    for (const { name, kind } of children) {
      const child = joinPath(folder, name);
      if (kind === 'folder') yield* this.below(child);
      else if (kind === 'link to a folder') {
        if (!(await this.hasOwnName(child))) yield* this.below(child);
      } else if (this.leftOut.listed.has(name.toString())) yield child;
      else counted?.add(name.toString());
    }
  }

  /** Whether the target of a link is walked by its own name: it is below the root, and no part of its path is hidden. */
  async hasOwnName(link: NativePath): Promise<boolean> {
    const own = await realFolder(link);
    if (own === undefined || this.root === undefined) return false;
    const parts = path.relative(this.root, own).split(path.sep);
    return !path.isAbsolute(parts[0] ?? '') && !parts.some((part) => part.startsWith('.'));
  }
}

/** Order of two paths, character by character. */
export function comparePaths(a: NativePath, b: NativePath): number {
  const [left, right] = [a.toString(), b.toString()];
  if (left !== right) return left < right ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Whether `file`, or what it links to, is a folder. */
export async function isFolder(file: NativePath): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false; // list what cannot be accessed: it becomes an error record
  }
}

interface Child {
  name: NativePath;
  kind: 'folder' | 'link to a folder' | 'other';
  /** The name with a slash for folders, so that sorting children sorts their paths. */
  order: string;
}

/** The visible children of a folder, sorted; undefined if it cannot be read. */
async function readFolder(
  folder: NativePath,
  listed: Endings,
  leftOut?: LeftOut,
): Promise<Child[] | undefined> {
  try {
    const text = await readdir(folder, { withFileTypes: true });
    const isText = !text.some((entry) => entry.name.includes('\uFFFD'));
    const all = isText ? text : await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    const children: Child[] = [];
    for (const entry of all) {
      if (!entry.name.toString().startsWith('.')) children.push(await child(folder, entry));
      else if (!entry.isDirectory() && listed.has(entry.name.toString())) leftOut?.addHidden();
    }
    return children.sort(compareChildren);
  } catch {
    return undefined; // the folder itself is listed
  }
}

async function child(folder: NativePath, entry: Dirent<string | Buffer>): Promise<Child> {
  const name = typeof entry.name === 'string' ? entry.name : fromBytes(entry.name);
  const text = name.toString();
  if (entry.isDirectory()) return { name, kind: 'folder', order: `${text}/` };
  if (entry.isSymbolicLink() && (await isFolder(joinPath(folder, name)))) {
    return { name, kind: 'link to a folder', order: `${text}/` };
  }
  return { name, kind: 'other', order: text };
}

function compareChildren(a: Child, b: Child): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

/** The real path of a folder; undefined if it cannot be resolved. */
async function realFolder(folder: NativePath): Promise<string | undefined> {
  try {
    return await realpath(folder);
  } catch {
    return undefined;
  }
}

/** The parents of `folder`. */
async function aboveFolder(folder: NativePath): Promise<Set<string>> {
  const ids = new Set<string>();
  try {
    let below = await realpath(folder);
    for (let above = path.dirname(below); above !== below; above = path.dirname(below)) {
      const id = await folderId(above);
      if (id !== undefined) ids.add(id);
      below = above;
    }
  } catch {
    // a folder that cannot be resolved: reading it fails as well
  }
  return ids;
}

/** Device and inode, which identify a folder; undefined if it cannot be accessed. */
async function folderId(folder: NativePath): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    return `${dev.toString()}:${ino.toString()}`;
  } catch {
    return undefined; // reading it fails as well
  }
}
