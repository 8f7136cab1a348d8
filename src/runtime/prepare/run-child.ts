import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromChild, PrepareJob } from './messages.js';

/** What became of a job: the child's answer, or how it ended without one; `killed` is no fault of the model's. */
export type ChildOutcome = FromChild | { type: 'crashed'; reason: string; killed: boolean };

const CHILD = new URL('./child.js', import.meta.url);
const LAST_WORDS = 2000;

/** Does a job in a child process. The child ends when this process does. */
export function runChild(job: PrepareJob): Promise<ChildOutcome> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(CHILD), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    let answer: FromChild | undefined;
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS);
    });
    child.on('message', (message) => {
      answer = message as FromChild;
    });
    child.on('error', (error) => {
      resolve({ type: 'crashed', reason: `it could not be started: ${error.message}`, killed: false });
    });
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
      const last = lastWords.trim().split('\n').at(-1);
      const reason = last ? `${how}: ${last}` : how;
      resolve(answer ?? { type: 'crashed', reason, killed: signal === 'SIGKILL' });
    });
    child.send(job, () => undefined);
  });
}
