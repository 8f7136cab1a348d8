import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasPictureEnding } from './endings.js';
import type { LeftOut } from './left-out.js';
import { fromBytes, joinPath, type NativePath } from './paths.js';

/**
 * Every file below `folder` with a picture's ending, sorted by path. Hidden files and folders are left out.
 * Links are followed, except to a folder that `folder` lies in; a folder that can be reached in several ways is
 * walked once, and by its own name where it has one below `folder`. What is no plain file (a broken link, a pipe) but is named
 * like a picture, and a folder that cannot be read, stand in the list themselves: they become error records.
 * @param leftOut counts the other files of folders that it has not met
 */
export async function walkPictures(folder: NativePath, leftOut: LeftOut): Promise<NativePath[]> {
  const pictures: NativePath[] = [];
  const folders: NativePath[] = [folder];
  const links: NativePath[] = [];
  const seen = await aboveFolder(folder);
  for (;;) {
    const next = folders.pop() ?? links.pop();
    if (next === undefined) break;
    const id = await folderId(next);
    if (id !== undefined && seen.has(id)) continue;
    if (id !== undefined) seen.add(id);
    const counted = id !== undefined && leftOut.entersFirst(id) ? leftOut : undefined;
    const entries = await readFolder(next, counted);
    if (!entries) {
      pictures.push(next);
      continue;
    }
    for (const { name, kind } of entries) {
      const below = joinPath(next, name);
      if (kind === 'folder') folders.push(below);
      else if (kind === 'link' && (await isFolder(below))) links.push(below);
      else if (hasPictureEnding(name.toString())) pictures.push(below);
      else counted?.add(name.toString());
    }
    links.sort(comparePaths).reverse();
  }
  return pictures.sort(comparePaths);
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
    return false; // what cannot be looked at is a listed file: its error comes with its record
  }
}

interface Child {
  name: NativePath;
  kind: 'folder' | 'link' | 'other';
}

/** The visible children of a folder; undefined where it cannot be read. */
async function readFolder(folder: NativePath, leftOut?: LeftOut): Promise<Child[] | undefined> {
  const visible = (entry: Dirent<string | Buffer>): Child[] => {
    const found = child(entry);
    if (!found.name.toString().startsWith('.')) return [found];
    if (found.kind !== 'folder' && hasPictureEnding(found.name.toString())) leftOut?.addHidden();
    return [];
  };
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    if (!entries.some((entry) => entry.name.includes('\uFFFD'))) return entries.flatMap(visible);
    const raw = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    return raw.flatMap(visible);
  } catch {
    return undefined; // the caller puts the folder itself into the list
  }
}

function child(entry: Dirent<string | Buffer>): Child {
  const name = typeof entry.name === 'string' ? entry.name : fromBytes(entry.name);
  return { name, kind: entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other' };
}

/** The folders that `folder` lies in. */
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

/** Device and inode, by which a folder is known again; undefined where it cannot be looked at. */
async function folderId(folder: NativePath): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    return `${dev.toString()}:${ino.toString()}`;
  } catch {
    return undefined; // reading it fails as well
  }
}
