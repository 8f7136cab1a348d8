import type { Voice } from './messages.js';

/** Says on stderr how far a run is; sentences said meanwhile do not tear the bar. */
export interface Progress extends Voice {
  /** @param done pictures of this run that have a record, `failed` those of them that failed */
  update(done: number, failed: number): void;
  stop(): void;
}

/** How many pictures a run will have; while the list is read, so many at least. */
export interface Expected {
  count(): number;
  isFinal(): boolean;
}

/** How far a run is, how fast, and how long it will still take. */
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

  /** `120/500 pictures, 12.1/s, 31 s left, 2 failed`, or `120/65536+ pictures`; speed and time only where they are known. */
  text(): string {
    const [total, isFinal] = [this.#expected.count(), this.#expected.isFinal()];
    const parts = [`${this.#done}/${total}${isFinal ? '' : '+'} pictures`];
    const speed = this.#speed();
    if (speed > 0) {
      parts.push(`${speed < 10 ? speed.toFixed(1) : Math.round(speed)}/s`);
      if (isFinal && this.#done < total) parts.push(`${duration((total - this.#done) / speed)} left`);
    }
    if (this.#failed > 0) parts.push(`${this.#failed} failed`);
    return parts.join(', ');
  }

  /** From the first record on, so that the workers' start does not count; before the second one, from the start. */
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
