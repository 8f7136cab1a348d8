import { pssMiB, runMemory } from '../../machine/memory.js';
import type { RunMemory } from '../../contracts/results.js';
import type { Slot } from './slot.js';

/** A slot's memory figures of its worker. */
export type Holder = Pick<Slot, 'state' | 'pid' | 'rss' | 'retiring'>;

/** How memory is read from the system. */
const SYSTEM = { runMemory, pssMiB };

/** Watches the memory of a run: its peak, and workers that exceed their limit. */
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

  /** The peak so far; undefined before the first measurement. */
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
   * Whether a worker exceeds its limit. The memory of a thread cannot be separated from that of its process, so each thread
   * counts an equal part, and they are replaced one after the other.
   * @returns its memory in MiB; undefined if it is within the limit
   */
  excess(slot: Holder): number | undefined {
    const limit = this.#limitMiB;
    if (limit === undefined || slot.retiring) return undefined;
    const parts = slot.pid === undefined ? this.#slots.length : 1;
    const rss = slot.rss / 1024 ** 2 / parts;
    if (rss <= limit) return undefined;
    const isReplacing = this.#slots.some(({ retiring, state }) => retiring || state === 'starting');
    if (slot.pid === undefined && isReplacing) return undefined;
    // PSS never exceeds RSS and is expensive to read: read it once per report of the worker.
    slot.rss = 0;
    const pss = this.#system.pssMiB(slot.pid ?? process.pid);
    const used = pss === undefined ? rss : pss / parts;
    return used > limit ? used : undefined;
  }
}

function total(memory: RunMemory): number {
  return 'pssMiB' in memory ? memory.pssMiB : memory.rssMiB;
}
