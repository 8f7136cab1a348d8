/** A span that started at `at`, when the thread had computed for `computed` milliseconds. */
interface Span {
  readonly at: number;
  readonly computed: number;
}

/**
 * Measures work in libuv's threads. While the JavaScript thread computes, it is not notified of an end until it is free
 * again, possibly much later. A span therefore has a lower and an upper bound.
 */
export class ThreadClock {
  #computed = 0;
  #isComputing = false;
  /** Time since which an end may be unnoticed; undefined: the thread is free. */
  #deafSince: number | undefined;

  /** Runs work that blocks the thread. */
  async computing<T>(work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    this.#deafSince ??= from;
    this.#isComputing = true;
    try {
      return await work();
    } finally {
      this.#computed += performance.now() - from;
      this.#isComputing = false;
      // By then, all ends in the meantime have been delivered.
      setImmediate(() => (this.#deafSince = this.#isComputing ? performance.now() : undefined));
    }
  }

  start(): Span {
    return { at: performance.now(), computed: this.#computed };
  }

  /** Milliseconds of a span of one step that ends now. */
  ofOneStep({ at }: Span): { least: number; most: number } {
    const most = performance.now() - at;
    const least = this.#deafSince === undefined ? most : Math.max(0, this.#deafSince - at);
    return { least, most };
  }

  /** The same for several steps, each of which may have waited for the thread. */
  ofSteps({ at, computed }: Span): { least: number; most: number } {
    const most = performance.now() - at;
    return { least: Math.max(0, most - (this.#computed - computed)), most };
  }
}
