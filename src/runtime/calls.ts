import pLimit from 'p-limit';
import { FdeployError } from '../contracts/errors.js';
import { DECODE_AHEAD } from '../contracts/protocol.js';

/** Runs `work` when no other work of the clone runs, in the order in which turns are asked for. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * The calls on one clone: a model, a part of a pipeline or a network. Calls may come at any time; what uses the clone's
 * session and buffers runs one at a time.
 */
export class Calls {
  readonly #turn = pLimit(1);
  readonly #prepared = pLimit(1 + DECODE_AHEAD);
  readonly #inFlight = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** @param name of the model, for messages */
  constructor(private readonly name: string) {}

  /**
   * Runs `work` alone.
   * @throws FdeployError MODEL_CLOSED
   */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#track(() => this.#turn(work));
  }

  /**
   * Runs a call that prepares first, such as by decoding, and takes turns for the rest. As many calls prepare at a time as a
   * worker decodes ahead; the others hold nothing but their arguments.
   * @throws FdeployError MODEL_CLOSED
   */
  prepared<T>(call: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#track(() => this.#prepared(() => call(this.#turn)));
  }

  /**
   * Ends the clone when the calls made so far have ended; only the first `end` is run.
   * @returns the same promise however often it is called
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
