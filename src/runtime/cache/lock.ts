import { rmSync, utimesSync } from 'node:fs';
import { mkdir, rm, stat, writeFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, ownerRuns, ownName } from './files.js';

const POLL_MS = 50;
const HEARTBEAT_MS = 1000;
/** A lock of another machine whose holder has not touched it for so long is stale. */
const STALE_MS = 30_000;

/**
 * Runs `work` while no other process works on the same key, so that a model is prepared once and not five times at a time.
 * Entries are published whole with or without it: a lock that is wrongly taken for stale costs work, not correctness.
 * @param isDone looked at while waiting; once it gives a value, that is the result
 */
export async function withLock<T>(
  root: string,
  key: string,
  isDone: () => Promise<T | undefined>,
  work: () => Promise<T>,
): Promise<T> {
  const file = path.join(root, 'locks', key);
  await mkdir(path.dirname(file), { recursive: true });
  for (;;) {
    const done = await isDone();
    if (done !== undefined) return done;
    if (await take(file)) break;
    if (await isStale(file)) await rm(file, { force: true });
    else await delay(POLL_MS);
  }
  const heartbeat = setInterval(() => {
    touch(file);
  }, HEARTBEAT_MS).unref();
  try {
    return (await isDone()) ?? (await work());
  } finally {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, ownName(), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    const runs = ownerRuns(await readFile(file, 'utf8'));
    if (runs !== undefined) return !runs;
    return Date.now() - (await stat(file)).mtimeMs > STALE_MS;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Somebody took it for stale; the work goes on.
  }
}
