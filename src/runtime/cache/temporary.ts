import { readdirSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeFolder } from '../../files/make-folder.js';
import { TRASH } from './entry.js';
import { removeAtExit, uniqueName } from '../../files/shared-files.js';
import { isFresh, keepFresh } from './heartbeat.js';
import { isHeld } from './lock.js';

/** Files of other versions of fdeploy are removed after this time. */
const FOREIGN_MS = 24 * 3600 * 1000;
const PRIVATE_PREFIX = 'fdeploy-';

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

let privateFolder: string | undefined;

/** A private cache of this process, used if the real one cannot be written. It is removed when the process ends. */
export async function privateRoot(): Promise<string> {
  if (privateFolder !== undefined) return privateFolder;
  for (const name of namesIn(os.tmpdir())) {
    const left = path.join(os.tmpdir(), name);
    if (!/^fdeploy-[0-9a-f]{24}$/.test(name) || isFresh(left)) continue;
    await rm(left, { recursive: true, force: true }).catch(() => undefined);
  }
  const folder = path.join(os.tmpdir(), `${PRIVATE_PREFIX}${uniqueName()}`);
  await mkdir(folder, { mode: 0o700 });
  privateFolder = folder;
  keepFresh(folder, () => undefined);
  removeAtExit(folder);
  return folder;
}

function isOld(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > FOREIGN_MS;
}

/** Names in a folder; empty if it does not exist. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
