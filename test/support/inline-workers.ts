import type { WorkerParts } from '#src/worker/loop.js';
import type { FromWorker, ToWorker } from '#src/contracts/protocol.js';
import type { WorkerSource } from '#src/dispatch/local/early-workers.js';
import type { Runner, RunnerEvents } from '#src/dispatch/local/runner.js';
import { WorkerLoop } from '#src/worker/loop.js';

/** A worker in the test's own thread: the real loop, whose line can be cut at any moment, as a death cuts it. */
export class InlineRunner implements Runner {
  readonly pid = undefined;
  /** It was let go without having ended. */
  abandoned = false;
  #listeners: Partial<RunnerEvents> = {};
  #toWorker: ((message: ToWorker) => void) | undefined;
  #isOver = false;

  /**
   * @param parts what the worker works with, given a way to die
   * @param onPost called before each message of the worker: it may die instead, or hang
   */
  constructor(
    parts: (die: () => Promise<never>) => WorkerParts,
    private readonly onPost: (message: FromWorker) => 'die' | 'hang' | undefined = () => undefined,
  ) {
    const transport = {
      post: async (message: FromWorker): Promise<void> => {
        const instead = this.onPost(message);
        if (instead === 'hang') await new Promise(() => undefined);
        if (this.#isOver || instead === 'die') await this.die();
        this.#listeners.message?.(message);
      },
      on: (listener: (message: ToWorker) => void) => (this.#toWorker = listener),
      off: () => (this.#toWorker = undefined),
      close: () => {
        this.#end('exit code 0');
      },
    };
    new WorkerLoop(transport, parts(this.die));
  }

  /** The worker is gone from one moment to the next: what it was at never comes to an end. */
  readonly die = (): Promise<never> => {
    this.#end('signal SIGKILL');
    return new Promise(() => undefined);
  };

  start(): void {
    // It runs from the beginning.
  }

  send(message: ToWorker): void {
    setImmediate(() => {
      if (!this.#isOver) this.#toWorker?.(structuredClone(message));
    });
  }

  on<E extends keyof RunnerEvents>(event: E, listener: RunnerEvents[E]): void {
    this.#listeners[event] = listener;
  }

  kill(): void {
    this.#end('signal SIGKILL');
  }

  abandon(): void {
    this.abandoned = true;
  }

  #end(how: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    setImmediate(() => this.#listeners.exit?.({ how, lastWords: [] }));
  }
}

/** Workers for a pool, one after the other as `make` gives them. */
export function inlineWorkers(make: () => Runner): WorkerSource {
  return { take: make };
}
