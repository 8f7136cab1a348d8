import type { ThreadClock } from './thread-clock.js';

/**
 * A stage of every picture that goes on beside the thread, such as its decoding. Its time is measured where the thread is free
 * to hear of the end. Where it computes then, the time lies between the last moment at which the stage was seen going on and the one
 * in which its end was heard; within these it is taken as what the measured ones took for their size.
 */
export class SideStage {
  #ms = 0;
  #size = 0;

  /** @param steps whether the stage is one step beside the thread or several that wait for it in between */
  constructor(
    private readonly clock: ThreadClock,
    private readonly steps: 'one' | 'several',
  ) {}

  /** At least one time was measured. */
  get isKnown(): boolean {
    return this.#size > 0;
  }

  /** @param sizeOf what the time grows with, of what `work` gives: bytes, pixels */
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
