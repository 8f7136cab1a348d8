import type { Queue } from 'bullmq';
import type { Fleet } from '../../contracts/dispatcher.js';
import { readWorkerName, type Capacity } from './messages.js';

/** The workers that are connected to the queue, and what they said they cannot do. */
export class WorkerFleet {
  /** Clones by worker. */
  #connected = new Map<string, number>();
  readonly #refusals = new Map<string, string>();
  readonly #clonesOn: (cpus: number) => number;
  #peak: Fleet = { workers: 0, machines: 0, present: 0 };

  /** @param clonesOn how many clones of the run a worker with these CPUs has */
  constructor(clonesOn: (cpus: number) => number) {
    this.#clonesOn = clonesOn;
  }

  get peak(): Fleet {
    return this.#peak;
  }

  /** Clones of all connected workers. */
  get clones(): number {
    let sum = 0;
    for (const clones of this.#connected.values()) sum += clones;
    return sum;
  }

  /** Asks Redis who is connected. */
  async look(queue: Pick<Queue, 'getWorkers'>): Promise<void> {
    const connected = new Map<string, number>();
    const hosts = new Set<string>();
    for (const { rawname = '' } of await queue.getWorkers()) {
      const found = readWorkerName(rawname);
      if (!found) continue;
      connected.set(found.worker, this.#clones(found.capacity));
      hosts.add(found.host);
    }
    this.#connected = connected;
    this.#peak = {
      workers: Math.max(this.#peak.workers, this.clones),
      machines: Math.max(this.#peak.machines, hosts.size),
      present: hosts.size,
    };
  }

  #clones(capacity: Capacity): number {
    return 'cpus' in capacity ? this.#clonesOn(capacity.cpus) : capacity.clones;
  }

  /** @returns whether the worker says this for the first time */
  refused(worker: string, sentence: string): boolean {
    const isNew = this.#refusals.get(worker) !== sentence;
    this.#refusals.set(worker, sentence);
    return isNew;
  }

  answered(worker: string): void {
    this.#refusals.delete(worker);
  }

  /** What all workers said, if none of those connected takes the run. */
  get allRefuse(): string | undefined {
    if (this.#connected.size === 0) return undefined;
    const said = [...this.#connected.keys()].map((worker) => [worker, this.#refusals.get(worker)] as const);
    if (said.some(([, sentence]) => sentence === undefined)) return undefined;
    return said.map(([worker, sentence]) => `${worker}: ${sentence ?? ''}`).join('; ');
  }
}
