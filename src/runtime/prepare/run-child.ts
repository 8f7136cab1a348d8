import { fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { breakLock } from '../cache/lock.js';
import { sweep } from '../cache/temporary.js';
import type { Limits } from './limits.js';
import { LINE, type ChildJob, type FromChild, type FromWatchdog } from './messages.js';

/** What became of a job: the child's answer, or how it ended without one; `killed` is no fault of the model's. */
export type ChildOutcome =
  FromChild | { type: 'limit'; limit: keyof Limits } | { type: 'crashed'; reason: string; killed: boolean };

const CHILD = new URL('./child.js', import.meta.url);
const LAST_WORDS = 2000;

/**
 * Does a job in a child process. The child ends when this process does.
 * @param signal ends the child at once
 * @throws the signal's reason
 */
export async function runChild(job: ChildJob, signal?: AbortSignal): Promise<ChildOutcome> {
  signal?.throwIfAborted();
  let held = false;
  let limit: keyof Limits | undefined;
  const hear = (message: FromWatchdog): void => {
    if (message.type === 'held') held = true;
    else limit = message.limit;
  };
  const ended = await childOf(job, hear, signal);
  if (ended.type === 'crashed') {
    if (held) await breakLock(job.root, job.key);
    await sweep(job.root);
  }
  signal?.throwIfAborted();
  return limit === undefined ? ended : { type: 'limit', limit };
}

function childOf(
  job: ChildJob,
  hear: (message: FromWatchdog) => void,
  signal?: AbortSignal,
): Promise<FromChild | Extract<ChildOutcome, { type: 'crashed' }>> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(CHILD), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'], // the last is LINE
      execArgv: [],
    });
    let answer: FromChild | undefined;
    let lastWords = '';
    let heard = '';
    const kill = (): void => {
      child.kill('SIGKILL');
    };
    signal?.addEventListener('abort', kill, { once: true });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS);
    });
    const line = child.stdio[LINE] as Readable | undefined;
    line?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (heard + text).split('\n');
      heard = lines.pop() ?? '';
      for (const message of lines) hear(JSON.parse(message) as FromWatchdog);
    });
    line?.on('error', () => undefined);
    child.on('message', (message) => {
      answer = message as FromChild;
    });
    child.on('error', (error) => {
      resolve({ type: 'crashed', reason: `it could not be started: ${error.message}`, killed: false });
    });
    child.on('close', (code, killer) => {
      signal?.removeEventListener('abort', kill);
      const how = killer === null ? `exit code ${code ?? 'unknown'}` : `signal ${killer}`;
      const last = lastWords.trim().split('\n').at(-1);
      const reason = last ? `${how}: ${last}` : how;
      resolve(answer ?? { type: 'crashed', reason, killed: killer === 'SIGKILL' });
    });
    child.send(job, () => undefined);
  });
}
