import { createHash } from 'node:crypto';

/** Number of 32-bit words kept of a digest: among 10 million keys, the probability of a collision is below 1e-24. */
const WORDS = 4;
const FIRST_SLOTS = 1024;

/**
 * A set of strings that takes 32 to 64 bytes for each, of any length: it stores the first 128 bits of their SHA-256. Open
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
    if ((this.#size + 1) * 2 * WORDS > this.#slots.length) this.#grow();
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
    const slots = new Uint32Array(old.length * 2);
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
