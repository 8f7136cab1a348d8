import pLimit from 'p-limit';
import { FdeployError } from '../contracts/errors.js';
import { DECODE_AHEAD } from '../contracts/protocol.js';

/** Runs `work` when the clone is free, in the order of the requests. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Queues the calls on one clone: a model, a part of a pipeline or a network. Calls may overlap; work with the clone's session
 * and buffers runs one at a time.
 */
export class Calls {
  readonly #turn = pLimit(1);
  readonly #prepared = pLimit(1 + DECODE_AHEAD);
  readonly #inFlight = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** @param name of the model, for messages */
  constructor(private readonly name: string) {}

  /**
   * Runs `work` exclusively.
   * @throws FdeployError MODEL_CLOSED
   */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#track(() => this.#turn(work));
  }

  /**
   * Runs a call with a preparation, such as decoding, and takes turns for the rest. As many calls prepare in parallel as a
   * worker decodes ahead; all others hold only their arguments.
   * @throws FdeployError MODEL_CLOSED
   */
  prepared<T>(call: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#track(() => this.#prepared(() => call(this.#turn)));
  }

  /**
   * Waits for the calls made so far and runs `end`. Only the first `end` is run.
   * @returns the same promise on every call
   */
  close(end: () => Promise<void>): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#inFlight).then(end);
    return this.#closing;
  }

  /** @throws FdeployError MODEL_CLOSED */
  checkOpen(): void {
    if (!this.#closing) return;
    throw new FdeployError('MODEL_CLOSED', `${this.name} is closed: no call may follow close()`, {
      file: this.name,
    });
  }

  async #track<T>(start: () => Promise<T>): Promise<T> {
    this.checkOpen();
    const call = start();
    this.#inFlight.add(call);
    try {
      return await call;
    } finally {
      this.#inFlight.delete(call);
    }
  }
}
