import type { Voice } from './messages.js';

/** Shows the progress of a run on stderr. Messages do not break the bar. */
export interface Progress extends Voice {
  /** @param done number of records, of which `failed` are errors */
  update(done: number, failed: number): void;
  stop(): void;
}

/** Expected number of pictures; while the list is read, a minimum. */
export interface Expected {
  count(): number;
  isFinal(): boolean;
  /** Machines that predict now; undefined if it is this one. */
  machines?(): number | undefined;
}

/** Progress, speed and remaining time of a run. */
export class Pace {
  readonly #expected: Expected;
  readonly #now: () => number;
  readonly #startedAt: number;
  #done = 0;
  #failed = 0;
  #firstAt: number | undefined;

  /** @param now milliseconds of a clock */
  constructor(expected: Expected, now: () => number = () => performance.now()) {
    this.#expected = expected;
    this.#now = now;
    this.#startedAt = now();
  }

  update(done: number, failed: number): void {
    if (done > 0) this.#firstAt ??= this.#now();
    [this.#done, this.#failed] = [done, failed];
  }

  /**
   * `120/500 pictures, 12.1/s, 31 s left, 4 machines, 2 failed`, or `120/65536+ pictures`; speed and time only where they are known,
   * machines only of a queue.
   */
  text(): string {
    const [total, isFinal] = [this.#expected.count(), this.#expected.isFinal()];
    const parts = [`${this.#done}/${total}${isFinal ? '' : '+'} pictures`];
    const speed = this.#speed();
    if (speed > 0) {
      parts.push(`${speed < 10 ? speed.toFixed(1) : Math.round(speed)}/s`);
      if (isFinal && this.#done < total) parts.push(`${duration((total - this.#done) / speed)} left`);
    }
    const machines = this.#expected.machines?.();
    if (machines !== undefined) parts.push(machines === 1 ? '1 machine' : `${machines} machines`);
    if (this.#failed > 0) parts.push(`${this.#failed} failed`);
    return parts.join(', ');
  }

  /** Measured from the first record, so that the start of the workers does not count; before the second record, from the start. */
  #speed(): number {
    const now = this.#now();
    if (this.#firstAt === undefined) return 0;
    const [done, since] =
      this.#done > 1 && now > this.#firstAt ? [this.#done - 1, this.#firstAt] : [this.#done, this.#startedAt];
    return now > since ? (done / (now - since)) * 1000 : 0;
  }
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
