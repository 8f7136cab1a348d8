import { statSync, utimesSync } from 'node:fs';
import { errorCode } from './shared-files.js';

const BEAT_MS = 30_000;
/** A file not touched for this time is abandoned: twenty intervals, to allow for busy threads and differing clocks. */
const STALE_MS = 600_000;

const kept = new Map<string, () => void>();
let timer: NodeJS.Timeout | undefined;

/**
 * Touches a file or folder until this process ends, so that others see that its owner is alive. Process ids are not
 * sufficient: they are reused, and containers that share a disk have separate ones.
 * @param renew called if it was removed
 */
export function keepFresh(file: string, renew: () => void): void {
  kept.set(file, renew);
  timer ??= setInterval(beat, BEAT_MS).unref();
}

/** Whether a process keeps touching a file or folder. */
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
