import type { Work } from '../../contracts/protocol.js';

/**
 * Measures how long a worker has worked on each of its pictures. Time counts during decoding, inference and writing, not
 * while the picture waits. The inference time of a batch is divided among its pictures.
 *
 * While its thread computes, a worker cannot report the end of a decode. Decodes during an inference are therefore counted by
 * the worker's next report: a picture that is still being decoded has used all of that time; for others the end is unknown,
 * and nothing is counted.
 */
export class WorkClock {
  readonly #spent = new Map<number, number>();
  /** Pictures in decoding or writing, with the time up to which they are counted. */
  #beside = new Map<number, number>();
  #predicting: readonly number[] = [];
  #at = 0;

  /** Whether no picture is in progress. */
  get isIdle(): boolean {
    return this.#predicting.length + this.#beside.size === 0;
  }

  /** All pictures in progress. */
  get inWork(): number[] {
    return [...this.#predicting, ...this.#beside.keys()];
  }

  /** Restarts the times of all pictures: for a new worker, or after a pause of this process. */
  restart(now: number): void {
    this.#spent.clear();
    for (const index of this.#beside.keys()) this.#beside.set(index, now);
    this.#at = now;
  }

  /** Records a worker's report of its work. */
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

  /** Removes answered pictures. */
  forget(indices: Iterable<number>): void {
    for (const index of indices) this.#spent.delete(index);
  }

  /** The pictures that exceed their limit: `limitMs` for each, or the sum for a batch in inference. */
  overdue(limitMs: number, now: number): number[] {
    const late = [...this.#beside.keys()].filter((index) => this.#endBeside(index, limitMs) <= now);
    if (late.length > 0) return late;
    return this.#predicting.length > 0 && this.#endOfBatch(limitMs) <= now ? [...this.#predicting] : [];
  }

  /** When the next picture exceeds its limit if the worker reports nothing until then; undefined: never. */
  due(limitMs: number): number | undefined {
    const ends = [...this.#beside.keys()].map((index) => this.#endBeside(index, limitMs));
    if (this.#predicting.length > 0) ends.push(this.#endOfBatch(limitMs));
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  /** During an inference, only certain times count. */
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
