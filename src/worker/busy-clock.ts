/**
 * Tells how long something took apart from the time in which the thread was busy with other pictures. A picture that
 * is decoded while another is in inference is noticed only when the thread is free again, so the plain difference
 * of two times would count that other picture's inference as decoding.
 */
export class BusyClock {
  #busy = 0;
  #since: number | undefined;

  /** Milliseconds of `work`; while it runs, times taken with `start` stand still. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#since = performance.now();
    try {
      return await work();
    } finally {
      this.#busy += performance.now() - this.#since;
      this.#since = undefined;
    }
  }

  /** @returns a function that gives the milliseconds since now, without those in which the thread was busy */
  start(): () => number {
    const from = this.#free();
    return () => this.#free() - from;
  }

  #free(): number {
    return (this.#since ?? performance.now()) - this.#busy;
  }
}
