import type { Completion } from '../../contracts/dispatcher.js';

/** Where answers wait for their reader. It also says which jobs may be begun, so that a slow reader slows the pool. */
export interface Outbox {
  /** Whether a job that was never with a worker may be handed out now. */
  hasRoom(): boolean;
  /** Notes that a job is with a worker for the first time; indices only grow. */
  open(index: number): void;
  push(completion: Completion): void;
  /**
   * The next completion, or undefined if none is ready.
   * @param last no more will be pushed: gaps are not waited for
   */
  shift(last: boolean): Completion | undefined;
}

/** Completions as they come. At most `limit` wait, beside those still with workers. */
export class ArrivalOutbox implements Outbox {
  readonly #waiting: Completion[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  hasRoom(): boolean {
    return this.#waiting.length < this.#limit;
  }

  open(): void {
    // The order of the input does not matter here.
  }

  push(completion: Completion): void {
    this.#waiting.push(completion);
  }

  shift(): Completion | undefined {
    return this.#waiting.shift();
  }
}

/** Completions in the order of the input. At most `window` pictures are begun and not yet read. */
export class OrderedOutbox implements Outbox {
  /** Every picture that was begun and not read, in the order of the input; without a completion until it is answered. */
  readonly #begun = new Map<number, Completion | undefined>();
  readonly #window: number;

  constructor(window: number) {
    this.#window = window;
  }

  hasRoom(): boolean {
    return this.#begun.size < this.#window;
  }

  open(index: number): void {
    this.#begun.set(index, undefined);
  }

  push(completion: Completion): void {
    this.#begun.set(completion.job.index, completion);
  }

  shift(last: boolean): Completion | undefined {
    for (const [index, completion] of this.#begun) {
      if (!completion && !last) return undefined;
      this.#begun.delete(index);
      if (completion) return completion;
    }
    return undefined;
  }
}
