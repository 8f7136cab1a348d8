import { setTimeout as wait } from 'node:timers/promises';
import { faultOfError, FetchFault } from './fault.js';

const RETRIES = 4;
/** Before the first retry; each further one waits twice as long. A random time up to as much again is added. */
const FIRST_WAIT_MS = 250;
/** A server that wants to be left alone longer is not asked again. */
const LONGEST_WAIT_MS = 120_000;

/** A fetch failed for good. */
export class FetchFailed extends Error {
  constructor(
    readonly fault: FetchFault,
    readonly attempts: number,
  ) {
    super(fault.message);
  }
}

/**
 * Tries until an attempt succeeds, fails for good, or was the last one. A `Retry-After` header replaces the time that is waited.
 * @throws FetchFailed; the signal's reason
 */
export async function withRetries<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const { default: pRetry } = await import('p-retry');
  let attempts = 0;
  const mayRetry = (fault: unknown): boolean =>
    fault instanceof FetchFault &&
    fault.transient &&
    attempts <= RETRIES &&
    (fault.retryAfterMs ?? 0) <= LONGEST_WAIT_MS;
  try {
    return await pRetry(
      async () => {
        attempts++;
        return await attempt().catch((error: unknown) => {
          signal.throwIfAborted();
          throw faultOfError(error);
        });
      },
      {
        retries: RETRIES,
        minTimeout: FIRST_WAIT_MS,
        randomize: true,
        signal,
        shouldRetry: ({ error }) => mayRetry(error),
        onFailedAttempt: async ({ error }) => {
          const { retryAfterMs } = faultOfError(error);
          if (mayRetry(error) && retryAfterMs !== undefined) await wait(retryAfterMs, undefined, { signal });
        },
        // A retry that is not counted follows at once. Attempts are counted here.
        shouldConsumeRetry: ({ error }) => faultOfError(error).retryAfterMs === undefined,
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw new FetchFailed(faultOfError(error), attempts);
  }
}
