import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../../contracts/protocol.js';
import { LastWords } from './last-words.js';
import { RunnerListeners } from './runner-listeners.js';
import type { Runner, RunnerEvents, RunnerOptions } from './runner.js';
import { HEAP_MIB, SEMI_SPACE_MIB } from './v8-flags.js';

/** A worker in a thread of this process. */
export class ThreadRunner implements Runner {
  readonly pid = undefined;
  readonly #options: RunnerOptions;
  readonly #listeners = new RunnerListeners();
  #worker: Worker | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  start(): void {
    const worker = new Worker(this.#options.entry, {
      execArgv: [],
      // V8 counts three semi-spaces as the young generation.
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: 3 * SEMI_SPACE_MIB },
      stdout: true, // not forwarded: stdout is for results
      stderr: true,
    });
    this.#worker = worker;
    worker.stdout.resume();
    const { lines } = new LastWords(worker.stderr);
    let how: string | undefined;
    worker.on('message', (message: FromWorker) => {
      this.#listeners.message(message);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      how = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? error.message : `uncaught ${String(error)}`;
    });
    worker.on('exit', (code) => {
      this.#listeners.exit({ how: how ?? `exit code ${code}`, lastWords: lines });
    });
  }

  send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  on<E extends keyof RunnerEvents>(event: E, listener: RunnerEvents[E]): void {
    this.#listeners.on(event, listener);
  }

  /**
   * The thread ends when its current work returns. `terminate` would raise an uncaught C++ exception in native code that
   * calls back into JavaScript, which ends the whole process.
   */
  kill(): void {
    this.send({ type: 'stop' });
  }

  abandon(): void {
    this.#worker?.unref();
    // Streams that are read keep this process alive until they end.
    this.#worker?.stdout.push(null);
    this.#worker?.stderr.push(null);
  }
}
