import { rmSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../files/make-folder.js';
import { entryFolder, lastUsed, readManifest, removeEntry } from './entry.js';
import { removeAtExit, uniqueName } from '../../files/shared-files.js';
import { isFresh, keepFresh } from '../../files/heartbeat.js';
import { namesIn } from '../../files/names-in.js';
import { sweep } from './temporary.js';

/** An entry of the cache as `fdeploy models list` shows it. */
export interface CachedModel {
  key: string;
  folder: string;
  /** The file it was made from; undefined if the entry is damaged. */
  source: string | undefined;
  bytes: number;
  /** Milliseconds since 1970. */
  lastUsed: number;
  /** A running process may open it again. */
  inUse: boolean;
}

/** Marks an entry as used by this process until it ends, so that no other process evicts it: a replaced worker opens it again. */
export function lease(root: string, key: string): void {
  const file = path.join(root, 'leases', key, uniqueName());
  const write = (): void => {
    try {
      makeFolder(path.dirname(file));
      writeFileSync(file, '');
    } catch {
      // Readers of a read-only cache cannot evict either.
    }
  };
  write();
  keepFresh(file, write);
  removeAtExit(file);
}

/** All entries, the most recently used first. */
export function listEntries(root: string): CachedModel[] {
  const entries: CachedModel[] = [];
  for (const key of namesIn(path.join(root, 'models'))) {
    const folder = entryFolder(root, key);
    const manifest = readManifest(folder);
    if (manifest === undefined) continue; // taken away meanwhile
    const known = manifest === 'damaged' ? undefined : manifest;
    entries.push({
      key,
      folder,
      source: known?.source,
      bytes: bytesIn(folder),
      lastUsed: known ? lastUsed(folder) : 0,
      inUse: isLeased(root, key),
    });
  }
  return entries.sort((a, b) => b.lastUsed - a.lastUsed);
}

/** Removes the least recently used entries until the rest fits. Entries in use are kept. @returns the removed entries */
export async function evict(root: string, limit: number): Promise<CachedModel[]> {
  const removed: CachedModel[] = [];
  let total = 0;
  for (const entry of listEntries(root)) {
    total += entry.bytes;
    if (total <= limit || entry.inUse) continue;
    await removeEntry(root, entry.key);
    await rm(path.join(root, 'leases', entry.key), { recursive: true, force: true });
    removed.push(entry);
    total -= entry.bytes;
  }
  return removed;
}

/** Like `evict`, but also removes remains of killed runs, cached hashes and what OpenVINO compiled. @returns the removed entries */
export async function clearEntries(root: string, limit: number): Promise<CachedModel[]> {
  const removed = await evict(root, limit);
  await sweep(root);
  await rm(path.join(root, 'sources'), { recursive: true, force: true });
  await rm(path.join(root, 'openvino'), { recursive: true, force: true });
  return removed;
}

function isLeased(root: string, key: string): boolean {
  const folder = path.join(root, 'leases', key);
  let leased = false;
  for (const name of namesIn(folder)) {
    const file = path.join(folder, name);
    if (isFresh(file)) leased = true;
    else rmSync(file, { force: true });
  }
  return leased;
}

function bytesIn(folder: string): number {
  return namesIn(folder).reduce(
    (sum, name) => sum + (statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
