import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Settings of an entry's lock (see `prepare/watchdog.ts`). Its holder touches it every second, in a separate thread. A lock
 * not touched for ten seconds is stale. If a whole machine was suspended, two processes may hold it. Entries are published
 * atomically, so this only causes duplicate work.
 */
export const LOCK_TIMES = { stale: 10_000, update: 1000 } as const;

/** The folder that exists while a process prepares an entry. */
export function lockFolder(root: string, key: string): string {
  return path.join(root, 'locks', `${key}.lock`);
}

/** Whether a process prepares an entry. */
export function isHeld(root: string, key: string): boolean {
  const stats = statSync(lockFolder(root, key), { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < LOCK_TIMES.stale;
}

/** Removes the lock of a holder that has died. */
export async function breakLock(root: string, key: string): Promise<void> {
  await rm(lockFolder(root, key), { recursive: true, force: true }).catch(() => undefined);
}
