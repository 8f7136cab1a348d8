import type { Job } from '../../contracts/protocol.js';

/** A picture that is tried again by a worker that has nothing else in hand. */
export interface Suspect {
  job: Job;
  /** How many workers ended with it in work. */
  attempts: number;
}

/** The pictures that wait for a worker: suspects, those that came back, then the list, of which nothing is copied. */
export class JobQueue {
  readonly #source: Iterator<Job>;
  readonly #suspects: Suspect[] = [];
  readonly #returned: Job[] = [];
  #unread: number;

  /** @param count how many jobs `source` gives */
  constructor(source: Iterator<Job>, count: number) {
    this.#source = source;
    this.#unread = count;
  }

  /** Pictures not with a worker. */
  get size(): number {
    return this.#suspects.length + this.#returned.length + this.#unread;
  }

  get hasSuspects(): boolean {
    return this.#suspects.length > 0;
  }

  /** A picture that was with a worker before. */
  takeReturned(): Job | undefined {
    return this.#returned.shift();
  }

  /** The next picture of the list. */
  takeNew(): Job | undefined {
    const next = this.#source.next();
    if (next.done) return undefined;
    this.#unread--;
    return next.value;
  }

  takeSuspect(): Suspect | undefined {
    return this.#suspects.shift();
  }

  addSuspect(suspect: Suspect): void {
    this.#suspects.push(suspect);
  }

  /** Puts jobs back to the front, in their order. */
  giveBack(jobs: Iterable<Job>): void {
    this.#returned.push(...jobs);
    this.#returned.sort((a, b) => a.index - b.index);
  }
}
