import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker } from '../../contracts/protocol.js';
import { LastWords } from './last-words.js';
import { RunnerListeners } from './runner-listeners.js';
import type { Runner, RunnerEvents, RunnerOptions } from './runner.js';
import { LAST_WORDS_MS } from './timeouts.js';
import { WORKER_FLAGS } from './v8-flags.js';

/**
 * glibc gives nearly every thread an arena that keeps freed memory, and decoding alone uses several threads. With two arenas,
 * another process of a small network takes 44 MiB instead of 56. An existing setting takes precedence.
 */
const MALLOC_ARENAS = '2';

/**
 * Freed blocks of at least this size are returned to the system. By default, glibc raises the threshold to the largest block
 * freed, up to 32 MiB, and pictures of many sizes fragment the heap. Smaller thresholds cost time: most pictures and tensors
 * are below this one.
 */
const MALLOC_MMAP_BYTES = String(2 ** 20);

/** A worker in a separate process. */
export class ProcessRunner implements Runner {
  readonly #options: RunnerOptions;
  readonly #listeners = new RunnerListeners();
  #child: ChildProcess | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const child = fork(fileURLToPath(this.#options.entry), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'], // stdout is for results, which a worker does not write
      execArgv: WORKER_FLAGS,
      env: {
        MALLOC_ARENA_MAX: MALLOC_ARENAS,
        MALLOC_MMAP_THRESHOLD_: MALLOC_MMAP_BYTES,
        ...process.env,
        UV_THREADPOOL_SIZE: String(this.#options.libuvThreads),
      },
    });
    this.#child = child;
    const { lines } = new LastWords(child.stderr!);
    let ended = false;
    const end = (how: string): void => {
      if (ended) return;
      ended = true;
      this.#listeners.exit({ how, lastWords: lines });
    };
    child.on('message', (message) => {
      this.#listeners.message(message as FromWorker);
    });
    child.on('error', (error) => {
      if (child.pid === undefined) end(`it could not be started: ${error.message}`);
    });
    const how = (code: number | null, signal: NodeJS.Signals | null): string =>
      signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
    // `close` comes after the last message and line, but another process may keep the pipe open longer.
    child.on('close', (code, signal) => {
      end(how(code, signal));
    });
    child.on('exit', (code, signal) => {
      setTimeout(() => {
        end(how(code, signal));
      }, LAST_WORDS_MS).unref();
    });
  }

  send(message: ToWorker): void {
    // A message to a dying worker is lost; `exit` returns its jobs.
    if (this.#child?.connected) this.#child.send(message, () => undefined);
  }

  on<E extends keyof RunnerEvents>(event: E, listener: RunnerEvents[E]): void {
    this.#listeners.on(event, listener);
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  abandon(): void {
    this.#child?.unref();
    if (this.#child?.connected) this.#child.disconnect();
  }
}
