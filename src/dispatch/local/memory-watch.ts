import { pssMiB, runMemory } from '../../machine/memory.js';
import type { RunMemory } from '../../contracts/results.js';
import type { Slot } from './slot.js';

/** What a slot tells of its worker's memory. */
export type Holder = Pick<Slot, 'state' | 'pid' | 'rss' | 'retiring'>;

/** How memory is read from the system. */
const SYSTEM = { runMemory, pssMiB };

/** Looks at the memory of a run: how much it took at most, and which worker takes more than it may. */
export class MemoryWatch {
  #peak: RunMemory | undefined;
  readonly #slots: readonly Holder[];
  readonly #limitMiB: number | undefined;
  readonly #system: typeof SYSTEM;

  constructor(slots: readonly Holder[], limitMiB: number | undefined, system = SYSTEM) {
    this.#slots = slots;
    this.#limitMiB = limitMiB;
    this.#system = system;
  }

  /** The most seen so far; undefined before the first look. */
  get peak(): RunMemory | undefined {
    return this.#peak;
  }

  look(): void {
    const processes = this.#slots.flatMap(({ state, pid, rss }) =>
      state === 'gone' || pid === undefined ? [] : { pid, rss },
    );
    const now = this.#system.runMemory(processes);
    if (!this.#peak || total(now) > total(this.#peak)) this.#peak = now;
  }

  /**
   * Whether a worker is past its limit. A thread's memory cannot be told from its process's: there each worker is taken to
   * hold an equal part, and they are replaced one after the other.
   * @returns the MiB it holds, or undefined if it may go on
   */
  excess(slot: Holder): number | undefined {
    const limit = this.#limitMiB;
    if (limit === undefined || slot.retiring) return undefined;
    const parts = slot.pid === undefined ? this.#slots.length : 1;
    const rss = slot.rss / 1024 ** 2 / parts;
    if (rss <= limit) return undefined;
    const isReplacing = this.#slots.some(({ retiring, state }) => retiring || state === 'starting');
    if (slot.pid === undefined && isReplacing) return undefined;
    // PSS is never more than RSS, and dear to ask for: once for each report of the worker.
    slot.rss = 0;
    const pss = this.#system.pssMiB(slot.pid ?? process.pid);
    const used = pss === undefined ? rss : pss / parts;
    return used > limit ? used : undefined;
  }
}

function total(memory: RunMemory): number {
  return 'pssMiB' in memory ? memory.pssMiB : memory.rssMiB;
}
