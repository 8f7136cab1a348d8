/**
 * A separate thread, since the preparing one may be in native code for minutes. It holds the entry's lock and ends the
 * process if its parent is gone or if it exceeds a limit of time or memory.
 */
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import lockfile from 'proper-lockfile';
import { LOCK_TIMES, lockFolder } from '../../../cache/lock.js';
import { errorCode } from '../../../../files/shared-files.js';
import { LINE, type ChildJob, type FromWatchdog } from './messages.js';

/** Messages of the watchdog to the thread that it watches. */
export type WatchdogNews = { type: 'held' } | { type: 'failed'; code: string } | { type: 'released' };

const POLL_MS = 50;
const LAST_WORDS_MS = 500;

const { root, key, limits } = workerData as Pick<ChildJob, 'root' | 'key' | 'limits'>;
const port = parentPort!;
const lock = lockFolder(root, key);
const options = {
  ...LOCK_TIMES,
  lockfilePath: lock,
  realpath: false,
  onCompromised: () => undefined, // another process considered it stale; continue
};

const line = new Socket({ fd: LINE });
line.on('error', end).on('close', end).resume();
let isReleased = false;
const holding = hold();
port.on('message', () => void release());

function tell(news: WatchdogNews): void {
  port.postMessage(news);
}

function say(message: FromWatchdog, then?: () => void): void {
  line.write(`${JSON.stringify(message)}\n`, then);
}

/** Acquires the lock as soon as it is free. The limits apply from then on. */
async function hold(): Promise<void> {
  try {
    while (!(await take())) {
      if (isReleased) return;
      await delay(POLL_MS);
    }
  } catch (error) {
    tell({ type: 'failed', code: errorCode(error) });
    return;
  }
  if (isReleased) return;
  setTimeout(exceed, limits.seconds * 1000, 'seconds');
  setInterval(() => {
    if (process.memoryUsage.rss() > limits.bytes) exceed('bytes');
  }, POLL_MS);
  say({ type: 'held' });
  tell({ type: 'held' });
}

async function take(): Promise<boolean> {
  try {
    await lockfile.lock(lock, options);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ELOCKED') return false;
    throw error;
  }
}

function unlock(): void {
  try {
    lockfile.unlockSync(lock, options);
  } catch {
    // not held, or taken by another process
  }
}

/** The lock may be about to be acquired. */
async function release(): Promise<void> {
  isReleased = true;
  await holding;
  unlock();
  tell({ type: 'released' });
}

function exceed(limit: keyof ChildJob['limits']): void {
  say({ type: 'limit', limit }, end);
  setTimeout(end, LAST_WORDS_MS);
}

/** A normal exit would wait for native code. */
function end(): void {
  unlock();
  process.kill(process.pid, 'SIGKILL');
}
