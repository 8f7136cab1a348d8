import { createHash } from 'node:crypto';

/** Number of 32-bit words kept of a digest: among 10 million keys, the probability of a collision is below 1e-15. */
const WORDS = 3;
const FIRST_SLOTS = 1024;
/** Maximum load factor of the slots, and the factor by which their number grows. */
const MAX_LOAD = 0.75;
const GROWTH = 1.5;

/**
 * A set of strings that takes 16 to 24 bytes for each, of any length: it stores the first 96 bits of their SHA-256. Open
 * addressing with linear probing (Knuth, TAOCP 3, 6.4, algorithm L).
 */
export class KeySet {
  #slots = new Uint32Array(FIRST_SLOTS * WORDS);
  #size = 0;

  constructor(keys: Iterable<string> = []) {
    for (const key of keys) this.add(key);
  }

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    const digest = digestOf(key);
    return this.#isAt(this.#find(digest, this.#slots), digest);
  }

  /** @returns whether the key is new */
  add(key: string): boolean {
    if ((this.#size + 1) * WORDS > this.#slots.length * MAX_LOAD) this.#grow();
    const digest = digestOf(key);
    const at = this.#find(digest, this.#slots);
    if (this.#isAt(at, digest)) return false;
    this.#slots.set(digest, at);
    this.#size++;
    return true;
  }

  #isAt(at: number, digest: Uint32Array): boolean {
    return digest.every((word, i) => this.#slots[at + i] === word);
  }

  /** The slot of a digest, or the free slot for it. */
  #find(digest: Uint32Array, slots: Uint32Array): number {
    const count = slots.length / WORDS;
    for (let slot = digest[0]! % count; ; slot = (slot + 1) % count) {
      const at = slot * WORDS;
      if (isFree(slots, at) || digest.every((word, i) => slots[at + i] === word)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Uint32Array(Math.ceil((old.length / WORDS) * GROWTH) * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if (isFree(old, at)) continue;
      const digest = old.subarray(at, at + WORDS);
      slots.set(digest, this.#find(digest, slots));
    }
    this.#slots = slots;
  }
}

function isFree(slots: Uint32Array, at: number): boolean {
  return slots[at + WORDS - 1] === 0;
}

function digestOf(key: string): Uint32Array {
  const bytes = createHash('sha256').update(key).digest();
  const digest = new Uint32Array(WORDS);
  for (let i = 0; i < WORDS; i++) digest[i] = bytes.readUInt32LE(4 * i);
  digest[WORDS - 1] ||= 1; // 0 marks a free slot
  return digest;
}
