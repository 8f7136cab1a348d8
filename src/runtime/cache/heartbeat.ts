import { statSync, utimesSync } from 'node:fs';
import { errorCode } from './files.js';

const BEAT_MS = 30_000;
/** What was not touched for so long belongs to nobody: twenty beats, for threads that are busy and clocks that differ. */
const STALE_MS = 600_000;

const kept = new Map<string, () => void>();
let timer: NodeJS.Timeout | undefined;

/**
 * Touches a file or folder until this process ends, so that others see that its owner lives. A process's number would not
 * tell: numbers are used again, and containers that share a disk have numbers of their own.
 * @param renew called where it is gone
 */
export function keepFresh(file: string, renew: () => void): void {
  kept.set(file, renew);
  timer ??= setInterval(beat, BEAT_MS).unref();
}

/** Whether somebody keeps a file or folder fresh. */
export function isFresh(file: string): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < STALE_MS;
}

function beat(): void {
  const now = new Date();
  for (const [file, renew] of kept) {
    try {
      utimesSync(file, now, now);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') renew();
    }
  }
}
