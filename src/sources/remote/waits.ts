import { FetchFault } from './fault.js';

/** Time limits, in milliseconds. */
export interface FetchTimes {
  /** To connect and get the beginning of an answer, and from one part of it to the next. */
  readonly silenceMs: number;
  /** For all waiting for one answer. */
  readonly totalMs: number;
}

/** Measures and bounds the waiting for one answer. Time in which nothing is asked for does not count. */
export class Waits {
  readonly #times: FetchTimes;
  #waitedMs = 0;

  constructor(times: FetchTimes) {
    this.#times = times;
  }

  async opening<T>(signal: AbortSignal, open: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    try {
      return await this.#within(
        () => open(AbortSignal.any([signal, late.signal])),
        (fault) => {
          late.abort(fault);
        },
      );
    } catch (error) {
      throw late.signal.aborted ? late.signal.reason : error;
    }
  }

  async *parts(
    body: AsyncIterable<Uint8Array>,
    destroy: (fault: Error) => void,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const iterator = body[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#within(() => iterator.next(), destroy);
      if (next.done === true) return;
      yield next.value;
    }
  }

  async #within<T>(step: () => Promise<T>, onLate: (fault: FetchFault) => void): Promise<T> {
    const { silenceMs, totalMs } = this.#times;
    const startedAt = performance.now();
    const limit = Math.min(silenceMs, totalMs - this.#waitedMs);
    const timer = setTimeout(() => {
      const ms = limit === silenceMs ? silenceMs : totalMs;
      const what = limit === silenceMs ? 'nothing came' : 'not all came';
      onLate(new FetchFault(`${what} within ${ms / 1000} s`, { transient: true }));
    }, limit);
    try {
      return await step();
    } finally {
      clearTimeout(timer);
      this.#waitedMs += performance.now() - startedAt;
    }
  }
}
