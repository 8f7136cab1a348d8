import { statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { namesIn } from '../../files/names-in.js';
import { makeFolder } from '../../files/make-folder.js';
import { TRASH } from './entry.js';
import { uniqueName } from '../../files/shared-files.js';
import { isHeld } from './lock.js';

/** Files of other versions of fdeploy are removed after this time. */
const FOREIGN_MS = 24 * 3600 * 1000;

/** Creates the cache's folders. */
export function makeFolders(root: string): void {
  for (const name of ['locks', 'models', 'temporary']) makeFolder(path.join(root, name));
}

/**
 * Creates a folder to prepare an entry in, on the cache's disk. The caller holds the entry's lock, which marks the folder as
 * used. Remains of killed processes are removed.
 */
export async function temporaryFolder(root: string, key: string): Promise<string> {
  await sweep(root, key);
  const folder = path.join(root, 'temporary', `${key}.${uniqueName()}`);
  await mkdir(folder);
  return folder;
}

/**
 * Removes temporary folders that no process uses.
 * @param key an entry of which no other process has a folder
 */
export async function sweep(root: string, key?: string): Promise<void> {
  const parent = path.join(root, 'temporary');
  for (const name of namesIn(parent)) {
    const [, owner] = /^([0-9a-z]+)\.[0-9a-f]{24}$/.exec(name) ?? [];
    const isLeft =
      owner === undefined
        ? isOld(path.join(parent, name))
        : owner === TRASH || owner === key || !isHeld(root, owner);
    if (isLeft) await rm(path.join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isOld(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > FOREIGN_MS;
}
