import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isDynamicPattern } from 'tinyglobby';
import { isAddress } from '../contracts/source.js';

/**
 * The folder that the files of a run's pictures are placed from, where some were named with an absolute path or with one that
 * leads out of the working folder: the innermost that holds everything that was named.
 * @param named the arguments
 * @param hasList whether there is a list too, whose paths are not known yet
 * @returns an absolute path; undefined where files are placed by the pictures' names
 */
export async function commonFolder(named: readonly string[], hasList: boolean): Promise<string | undefined> {
  if (hasList || named.length === 0 || named.some((name) => name === '-' || isAddress(name)))
    return undefined;
  if (!named.some(leadsOut)) return undefined;
  const folders = await Promise.all(named.map(async (name) => path.resolve(await folderOfArgument(name))));
  return folders.reduce<string | undefined>(
    (common, folder) => (common === undefined ? undefined : commonOf(common, folder)),
    folders[0],
  );
}

function leadsOut(name: string): boolean {
  if (path.isAbsolute(name)) return true;
  const [first] = path.relative('.', name).split(path.sep);
  return first === '..';
}

async function folderOfArgument(name: string): Promise<string> {
  const stats = await stat(name).catch(() => undefined); // what is missing is said by the listing
  if (stats?.isDirectory()) return name;
  if (stats === undefined && isDynamicPattern(name)) return fixedPart(name);
  return path.dirname(name);
}

/** The folder that contains all matches of a pattern; parts are separated by slashes. */
export function fixedPart(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => isDynamicPattern(part)),
  );
  return fixed.join('/') || (pattern.startsWith('/') ? '/' : '.');
}

/** undefined for two drives. */
function commonOf(a: string, b: string): string | undefined {
  for (let folder = a; ; folder = path.dirname(folder)) {
    const below = path.relative(folder, b);
    if (!path.isAbsolute(below) && below.split(path.sep)[0] !== '..') return folder;
    if (path.dirname(folder) === folder) return undefined;
  }
}
