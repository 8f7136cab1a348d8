/** A span that began at `at`, when the thread had computed for `computed` milliseconds. */
interface Span {
  readonly at: number;
  readonly computed: number;
}

/**
 * Tells how long something took that went on beside the thread, in libuv's threads. While the thread computes it hears of no
 * end: the end is told when the thread is free again, maybe long after it. So a span has a least and a most.
 */
export class ThreadClock {
  #computed = 0;
  #isComputing = false;
  /** Since when an end may have gone unheard; undefined: the thread hears of everything. */
  #deafSince: number | undefined;

  /** Runs what keeps the thread from hearing of anything else. */
  async computing<T>(work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    this.#deafSince ??= from;
    this.#isComputing = true;
    try {
      return await work();
    } finally {
      this.#computed += performance.now() - from;
      this.#isComputing = false;
      // By then everything that ended in the meantime has been told.
      setImmediate(() => (this.#deafSince = this.#isComputing ? performance.now() : undefined));
    }
  }

  start(): Span {
    return { at: performance.now(), computed: this.#computed };
  }

  /** Milliseconds of a span that ends here, of one step beside the thread. */
  ofOneStep({ at }: Span): { least: number; most: number } {
    const most = performance.now() - at;
    const least = this.#deafSince === undefined ? most : Math.max(0, this.#deafSince - at);
    return { least, most };
  }

  /** The same of several steps, each of which may have waited for the thread. */
  ofSteps({ at, computed }: Span): { least: number; most: number } {
    const most = performance.now() - at;
    return { least: Math.max(0, most - (this.#computed - computed)), most };
  }
}
