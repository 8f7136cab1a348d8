import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * How the lock of an entry is held (see `prepare/watchdog.ts`). Its holder touches it every second, in a thread that does
 * nothing else: a lock that was left alone for ten has no holder any more. Where a whole machine stood still, two may hold it;
 * entries are published at one stroke, so that this costs work, not correctness.
 */
export const LOCK_TIMES = { stale: 10_000, update: 1000 } as const;

/** The folder that is there while somebody prepares an entry. */
export function lockFolder(root: string, key: string): string {
  return path.join(root, 'locks', `${key}.lock`);
}

/** Whether somebody prepares an entry. */
export function isHeld(root: string, key: string): boolean {
  const stats = statSync(lockFolder(root, key), { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < LOCK_TIMES.stale;
}

/** Takes away the lock of a holder that is known to be dead. */
export async function breakLock(root: string, key: string): Promise<void> {
  await rm(lockFolder(root, key), { recursive: true, force: true }).catch(() => undefined);
}
