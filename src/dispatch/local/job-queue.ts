import type { JobSource } from '../../contracts/dispatcher.js';
import type { Job } from '../../contracts/protocol.js';

/** A picture that is retried alone. */
export interface Suspect {
  job: Job;
  /** Number of workers that ended while working on it. */
  attempts: number;
}

/** The jobs that wait for a worker: suspects, returned ones, then new ones. */
export class JobQueue {
  readonly #source: JobSource;
  readonly #suspects: Suspect[] = [];
  readonly #returned: Job[] = [];

  constructor(source: JobSource) {
    this.#source = source;
  }

  /** Number of jobs that can be given to a worker now. */
  get size(): number {
    return this.held + this.#source.ready;
  }

  /** Number of jobs that a worker returned and that wait for another. */
  get held(): number {
    return this.#suspects.length + this.#returned.length;
  }

  /** Whether no job waits and none will follow. */
  get isEmpty(): boolean {
    return this.size === 0 && this.#source.ended;
  }

  get hasSuspects(): boolean {
    return this.#suspects.length > 0;
  }

  /** A job that was with a worker before. */
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

  /** Puts jobs back to the front, in order. */
  giveBack(jobs: Iterable<Job>): void {
    this.#returned.push(...jobs);
    this.#returned.sort((a, b) => a.index - b.index);
  }
}
