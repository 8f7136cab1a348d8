import { readdirSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ownerRuns, ownName, removeAtExit } from './files.js';

/** What a process of another machine left is old after this time. */
const FOREIGN_MS = 24 * 3600 * 1000;
const PRIVATE_PREFIX = 'fdeploy-';

/** A new folder to prepare in, on the cache's own disk. Leftovers of killed processes go. */
export async function temporaryFolder(root: string): Promise<string> {
  const parent = path.join(root, 'temporary');
  await mkdir(parent, { recursive: true });
  await mkdir(path.join(root, 'models'), { recursive: true });
  await sweep(parent, '');
  const folder = path.join(parent, ownName());
  await mkdir(folder);
  return folder;
}

let privateFolder: string | undefined;

/** A cache of this process alone, for where the real one cannot be written; it is gone when the process ends. */
export async function privateRoot(): Promise<string> {
  if (privateFolder !== undefined) return privateFolder;
  await sweep(os.tmpdir(), PRIVATE_PREFIX);
  const folder = path.join(os.tmpdir(), `${PRIVATE_PREFIX}${ownName()}`);
  await mkdir(folder, { mode: 0o700 });
  privateFolder = folder;
  removeAtExit(folder);
  return folder;
}

/** Removes what processes that are gone left in a folder. */
export async function sweep(parent: string, prefix: string): Promise<void> {
  for (const name of namesIn(parent)) {
    if (!name.startsWith(prefix) || !isOwned(name.slice(prefix.length))) continue;
    const leftover = path.join(parent, name);
    if (isAbandoned(leftover, name.slice(prefix.length))) {
      await rm(leftover, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/** Whether the owner of a file or folder with such a name is gone. */
export function isAbandoned(file: string, name: string): boolean {
  const runs = ownerRuns(name);
  if (runs !== undefined) return !runs;
  const info = statSync(file, { throwIfNoEntry: false });
  return info !== undefined && Date.now() - info.mtimeMs > FOREIGN_MS;
}

function isOwned(name: string): boolean {
  return /^[\w-]+\.\d+\.[0-9a-f]{12}$/.test(name);
}

/** Names in a folder; none where there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
