import type { FromWorker } from '../../contracts/protocol.js';
import type { RunnerEvents, WorkerExit } from './runner.js';

/** Listeners of a worker. If it ends before a listener is set, the end is reported when one is set. */
export class RunnerListeners {
  readonly #listeners: Partial<RunnerEvents> = {};
  #exit: WorkerExit | undefined;

  on<E extends keyof RunnerEvents>(event: E, listener: RunnerEvents[E]): void {
    this.#listeners[event] = listener;
    if (this.#exit && event === 'exit') queueMicrotask(() => this.#listeners.exit?.(this.#exit!));
  }

  message(message: FromWorker): void {
    this.#listeners.message?.(message);
  }

  /** To be called once. */
  exit(exit: WorkerExit): void {
    this.#exit = exit;
    this.#listeners.exit?.(exit);
  }
}
