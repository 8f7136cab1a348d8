import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { FdeployError } from '../contracts/errors.js';
import { placeOf } from './place.js';

/** Interval at which the holder of a lock touches it. A lock not touched for `STALE_MS` belongs to a killed run. */
const HEARTBEAT_MS = 1000;
const STALE_MS = 5000;
const POLL_MS = 100;
/** proper-lockfile rounds the first time that it gives a lock up to a whole second, which lies ahead of the clock by so much. */
const MAX_AHEAD_MS = 1005;

/** A locked output. */
export interface OutputLock {
  /** Aborted when another run has taken over the output, which can happen after this process was suspended. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Locks an output with a folder `<output>.lock` beside it. The output need not exist.
 * @throws FdeployError OUTPUT_IN_USE if another run writes it; BAD_OPTION if the lock cannot be created
 */
export async function lockOutput(output: string): Promise<OutputLock> {
  const { path: file } = placeOf(output);
  const lockfilePath = `${file}.lock`;
  const { default: lockfile } = await import('proper-lockfile');
  const lost = new AbortController();
  const onCompromised = (cause: Error): void => {
    lost.abort(new Error(`another run has taken it over (${cause.message})`));
  };
  const options = { realpath: false, lockfilePath, stale: STALE_MS, update: HEARTBEAT_MS, onCompromised };
  for (let attempt = 1; ; attempt++) {
    try {
      const release = await lockfile.lock(file, options);
      return {
        lost: lost.signal,
        release: () => release().catch(() => undefined), // it belongs to another run or expires
      };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ELOCKED') throw cannotLock(output, lockfilePath, cause);
      if (attempt > 1 || (await isAlive(lockfilePath))) throw inUse(output, lockfilePath, cause);
    }
  }
}

/** Whether the holder of a lock touches it. If not, or if the lock disappears, it can be taken. */
async function isAlive(lockfile: string): Promise<boolean> {
  const first = await touchedAt(lockfile);
  for (const end = Date.now() + MAX_AHEAD_MS + STALE_MS + POLL_MS; Date.now() < end;) {
    await delay(POLL_MS);
    const now = await touchedAt(lockfile);
    if (now === undefined) return false;
    if (now !== first) return true;
    if (Date.now() > now + STALE_MS) return false;
  }
  return false;
}

async function touchedAt(lockfile: string): Promise<number | undefined> {
  return await stat(lockfile).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

function inUse(output: string, lockfile: string, cause: unknown): FdeployError {
  const message = `another run writes the output '${output}' (if not, remove '${lockfile}')`;
  return new FdeployError('OUTPUT_IN_USE', message, { file: output, cause });
}

function cannotLock(output: string, lockfile: string, cause: unknown): FdeployError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason =
    code === 'ENOTDIR' || code === 'ENOTEMPTY'
      ? `'${lockfile}' exists`
      : `a lock beside it cannot be made: ${message}`;
  return new FdeployError('BAD_OPTION', `the output '${output}' cannot be written: ${reason}`, {
    file: output,
    cause,
  });
}
