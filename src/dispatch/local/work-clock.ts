import type { Work } from '../../contracts/protocol.js';

/**
 * How long a worker has worked on each picture that it has in hand. A picture's time runs while it is decoded, in
 * inference or written, and stands still while it waits. The pictures of a batch share the time of their inference.
 *
 * A worker cannot say that a decoding has ended while its thread computes. The decodings beside an inference are therefore
 * judged by what the worker says after it: a picture that is still decoded then has used all of that time, of another
 * one the end is not known, and nothing is counted.
 */
export class WorkClock {
  readonly #spent = new Map<number, number>();
  /** Decoding or writing, and since when that is not counted yet. */
  #beside = new Map<number, number>();
  #predicting: readonly number[] = [];
  #at = 0;

  /** Nothing is in work. */
  get isIdle(): boolean {
    return this.#predicting.length + this.#beside.size === 0;
  }

  /** Everything that is in work. */
  get inWork(): number[] {
    return [...this.#predicting, ...this.#beside.keys()];
  }

  /** A new worker, or a time in which nobody looked at the clock: what is in work begins anew. */
  restart(now: number): void {
    this.#spent.clear();
    for (const index of this.#beside.keys()) this.#beside.set(index, now);
    this.#at = now;
  }

  /** Takes note of what a worker says that it works on. */
  update({ decoding, predicting, writing }: Work, now: number): void {
    const still = new Set([...decoding, ...writing]);
    const couldTell = this.#predicting.length === 0;
    for (const [index, since] of this.#beside)
      if (couldTell || still.has(index)) this.#add(index, now - since);
    for (const index of this.#predicting) this.#add(index, (now - this.#at) / this.#predicting.length);
    this.#beside = new Map([...still].map((index) => [index, now]));
    this.#predicting = predicting;
    this.#at = now;
  }

  /** Forgets pictures that are answered. */
  forget(indices: Iterable<number>): void {
    for (const index of indices) this.#spent.delete(index);
  }

  /** The pictures whose time is over: each of them has had `limitMs`, or a batch in inference that of all its pictures. */
  overdue(limitMs: number, now: number): number[] {
    const late = [...this.#beside.keys()].filter((index) => this.#endBeside(index, limitMs) <= now);
    if (late.length > 0) return late;
    return this.#predicting.length > 0 && this.#endOfBatch(limitMs) <= now ? [...this.#predicting] : [];
  }

  /** When the next picture's time is over if nothing is heard of the worker until then; undefined: never. */
  due(limitMs: number): number | undefined {
    const ends = [...this.#beside.keys()].map((index) => this.#endBeside(index, limitMs));
    if (this.#predicting.length > 0) ends.push(this.#endOfBatch(limitMs));
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  /** Beside an inference only what is certain counts. */
  #endBeside(index: number, limitMs: number): number {
    const end = this.#beside.get(index)! + limitMs - this.#spentOn(index);
    return this.#predicting.length === 0 || end <= this.#at ? end : Infinity;
  }

  #endOfBatch(limitMs: number): number {
    return this.#predicting.reduce((end, index) => end + limitMs - this.#spentOn(index), this.#at);
  }

  #spentOn(index: number): number {
    return this.#spent.get(index) ?? 0;
  }

  #add(index: number, ms: number): void {
    this.#spent.set(index, this.#spentOn(index) + ms);
  }
}
