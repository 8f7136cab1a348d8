import { Worker } from 'node:worker_threads';
import type { ChildJob } from './messages.js';
import type { WatchdogNews } from './watchdog.js';

const THREAD = new URL('./watchdog.js', import.meta.url);

/** Thrown if the lock cannot be acquired; `code` is the system's. */
export class LockFailed extends Error {
  constructor(readonly code: string) {
    super(`the lock cannot be had: ${code}`);
  }
}

/** The watchdog of this process, for the thread that it watches. */
export class Watch {
  /** Resolved once this process has the entry's lock; rejected with LockFailed. */
  readonly held: Promise<void>;
  readonly #thread: Worker;

  constructor({ root, key, limits }: ChildJob) {
    this.#thread = new Worker(THREAD, { workerData: { root, key, limits } });
    this.held = new Promise((resolve, reject) => {
      this.#thread.on('error', reject).on('message', (news: WatchdogNews) => {
        if (news.type === 'held') resolve();
        if (news.type === 'failed') reject(new LockFailed(news.code));
      });
    });
    this.held.catch(() => undefined); // handled by the code that awaits it
  }

  /** Releases the lock. */
  async release(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#thread.on('exit', resolve).on('message', ({ type }: WatchdogNews) => {
        if (type === 'released') resolve();
      });
      this.#thread.postMessage('release');
    });
  }
}
