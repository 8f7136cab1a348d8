import type { JobSource } from '../../contracts/dispatcher.js';
import type { Job } from '../../contracts/protocol.js';

/** A picture that is tried again by a worker that has nothing else in hand. */
export interface Suspect {
  job: Job;
  /** How many workers ended with it in work. */
  attempts: number;
}

/** The pictures that wait for a worker: suspects, those that came back, then those that nobody had. */
export class JobQueue {
  readonly #source: JobSource;
  readonly #suspects: Suspect[] = [];
  readonly #returned: Job[] = [];

  constructor(source: JobSource) {
    this.#source = source;
  }

  /** Pictures that can be handed to a worker now. */
  get size(): number {
    return this.held + this.#source.ready;
  }

  /** Pictures that were with a worker and wait for another one. */
  get held(): number {
    return this.#suspects.length + this.#returned.length;
  }

  /** No picture waits, and none will come. */
  get isEmpty(): boolean {
    return this.size === 0 && this.#source.ended;
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
    return this.#source.take();
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
