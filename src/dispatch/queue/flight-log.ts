import type { Job } from '../../contracts/protocol.js';

interface Flight {
  /** Unanswered pictures by index, in order. */
  readonly pictures: Map<number, Job>;
  /** Of a suspect, which is alone: how many workers it may have ended. */
  readonly attempts: number | undefined;
}

/** The jobs that the queue has, and their unanswered pictures. */
export class FlightLog {
  readonly #flights = new Map<string, Flight>();
  #begun = 0;

  /** Number of jobs. */
  get jobs(): number {
    return this.#flights.size;
  }

  /** Number of unanswered pictures. */
  get pictures(): number {
    let sum = 0;
    for (const { pictures } of this.#flights.values()) sum += pictures.size;
    return sum;
  }

  get ids(): string[] {
    return [...this.#flights.keys()];
  }

  /** @returns the id of a new job */
  begin(run: string, pictures: readonly Job[], attempts: number | undefined): string {
    const id = `${run}-${this.#begun++}`;
    this.#flights.set(id, { pictures: new Map(pictures.map((job) => [job.index, job])), attempts });
    return id;
  }

  /** Takes an answered picture out; undefined if it is not expected. */
  answer(id: string, index: number): { job: Job; attempts: number } | undefined {
    const flight = this.#flights.get(id);
    const job = flight?.pictures.get(index);
    if (!flight || !job) return undefined;
    flight.pictures.delete(index);
    if (flight.pictures.size === 0) this.#flights.delete(id);
    return { job, attempts: flight.attempts ?? 0 };
  }

  /** Takes a job out. */
  end(id: string): { left: Job[]; attempts: number | undefined } | undefined {
    const flight = this.#flights.get(id);
    if (!flight) return undefined;
    this.#flights.delete(id);
    return { left: [...flight.pictures.values()], attempts: flight.attempts };
  }
}
