import type { Completion } from '../../contracts/dispatcher.js';

/** Holds completions until they are read. It also limits which jobs may start, so that a slow reader slows the pool down. */
export interface Outbox {
  /** Whether a new job may be given to a worker now. */
  hasRoom(): boolean;
  /** Records that a job was given to a worker for the first time, in order of the indices. */
  open(index: number): void;
  push(completion: Completion): void;
  /**
   * The next completion, or undefined if none is ready.
   * @param last no more completions will be pushed, so gaps are skipped
   */
  shift(last: boolean): Completion | undefined;
}

/** Completions in order of arrival. At most `limit` wait, in addition to those still with workers. */
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
    // The order of the input is irrelevant here.
  }

  push(completion: Completion): void {
    this.#waiting.push(completion);
  }

  shift(): Completion | undefined {
    return this.#waiting.shift();
  }
}

/** Completions in input order. At most `window` jobs are started and not yet read. */
export class OrderedOutbox implements Outbox {
  /** All jobs that are started and not yet read, in input order; without a completion until they are done. */
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
