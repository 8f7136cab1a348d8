import type { ThreadClock } from './thread-clock.js';

/**
 * Measures a stage that runs outside the thread, such as decoding. If the thread is free when the stage ends, its time is
 * measured exactly. If the thread is computing, the end lies between two known times, and the time is estimated from earlier
 * measured ones and the size of the work.
 */
export class SideStage {
  #ms = 0;
  #size = 0;

  /** @param steps whether the stage is one step outside the thread, or several that wait for the thread in between */
  constructor(
    private readonly clock: ThreadClock,
    private readonly steps: 'one' | 'several',
  ) {}

  /** At least one time was measured. */
  get isKnown(): boolean {
    return this.#size > 0;
  }

  /** @param sizeOf size of the result of `work` that the time is proportional to: bytes, pixels */
  async time<T>(work: () => Promise<T>, sizeOf: (value: T) => number): Promise<{ value: T; ms: number }> {
    const span = this.clock.start();
    const value = await work();
    const { least, most } = this.steps === 'one' ? this.clock.ofOneStep(span) : this.clock.ofSteps(span);
    const size = sizeOf(value);
    if (least === most) {
      this.#ms += most;
      this.#size += size;
      return { value, ms: most };
    }
    const expected = this.isKnown ? (this.#ms / this.#size) * size : most;
    return { value, ms: Math.min(most, Math.max(least, expected)) };
  }
}
