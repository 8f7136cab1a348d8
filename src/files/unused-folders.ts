import { statSync, utimesSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/** Folders of a cache that were not used for this time are removed. */
const UNUSED_MS = 30 * 24 * 3600 * 1000;

/** Marks a folder as used now. @returns whether it exists */
export function touchFolder(folder: string): boolean {
  const now = new Date();
  try {
    utimesSync(folder, now, now);
    return true;
  } catch {
    return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true; // of a cache that cannot be written
  }
}

/** Removes those folders that were not used for 30 days; what cannot be removed stays. */
export async function removeUnused(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (!stats || Date.now() - stats.mtimeMs < UNUSED_MS) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
