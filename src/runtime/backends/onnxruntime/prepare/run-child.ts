import { fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { breakLock } from '../../../cache/lock.js';
import { sweep } from '../../../cache/temporary.js';
import type { Limits } from './limits.js';
import { LINE, type ChildJob, type FromChild, type FromWatchdog } from './messages.js';

/** The outcome of a job: the child's answer, or how it ended without one; `killed` is not the model's fault. */
export type ChildOutcome =
  FromChild | { type: 'limit'; limit: keyof Limits } | { type: 'crashed'; reason: string; killed: boolean };

const CHILD = new URL('./child.js', import.meta.url);
const LAST_WORDS = 2000;
/** Time limit for a child to exit by itself. */
const PATIENCE_MS = 1000;

/**
 * Runs a job in a child process, which ends when this process does.
 * @param signal ends the child immediately
 * @throws the signal's reason
 */
export async function runChild(job: ChildJob, signal?: AbortSignal): Promise<ChildOutcome> {
  signal?.throwIfAborted();
  const { outcome, held, limit } = await childOf(job, signal);
  if (outcome.type === 'crashed') {
    if (held) await breakLock(job.root, job.key);
    await sweep(job.root);
  }
  signal?.throwIfAborted();
  return limit === undefined ? outcome : { type: 'limit', limit };
}

interface Ended {
  outcome: FromChild | Extract<ChildOutcome, { type: 'crashed' }>;
  /** It had the entry's lock. */
  held: boolean;
  limit: keyof Limits | undefined;
}

function childOf(job: ChildJob, signal: AbortSignal | undefined): Promise<Ended> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(CHILD), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'], // the last is LINE
      execArgv: [],
    });
    let answer: FromChild | undefined;
    let lastWords = '';
    let heard = '';
    let held = false;
    let limit: keyof Limits | undefined;
    const end = (outcome: Ended['outcome']): void => {
      resolve({ outcome, held, limit });
    };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS);
    });
    const line = child.stdio[LINE] as Readable | undefined;
    line?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (heard + text).split('\n');
      heard = lines.pop() ?? '';
      for (const text of lines) {
        const message = JSON.parse(text) as FromWatchdog;
        if (message.type === 'held') held = true;
        else limit = message.limit;
      }
    });
    line?.on('error', () => undefined);
    let backstop: NodeJS.Timeout | undefined;
    const stop = (): void => {
      line?.destroy(); // its watchdog releases the lock and ends it
      backstop = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    };
    signal?.addEventListener('abort', stop, { once: true });
    child.on('message', (message) => {
      answer = message as FromChild;
    });
    child.on('error', (error) => {
      end({ type: 'crashed', reason: `it could not be started: ${error.message}`, killed: false });
    });
    child.on('close', (code, killer) => {
      signal?.removeEventListener('abort', stop);
      clearTimeout(backstop);
      const how = killer === null ? `exit code ${code ?? 'unknown'}` : `signal ${killer}`;
      const last = lastWords.trim().split('\n').at(-1);
      const reason = last ? `${how}: ${last}` : how;
      end(answer ?? { type: 'crashed', reason, killed: killer === 'SIGKILL' });
    });
    child.send(job, () => undefined);
  });
}
