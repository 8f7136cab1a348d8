/** One of those who share a budget. */
export type Holder = object;

/**
 * Bounds the bytes that are held at a time. The one that has waited longest always goes on, since the others may wait for it: so
 * the limit may be exceeded by one.
 */
export class ByteBudget {
  readonly #limit: number;
  /** Those who still take, the oldest first. */
  readonly #takers = new Set<Holder>();
  #held = 0;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get hasRoom(): boolean {
    return this.#held < this.#limit;
  }

  begin(holder: Holder): void {
    this.#takers.add(holder);
  }

  /** Takes bytes, when there is room. The holder has begun and not ended. */
  async take(holder: Holder, bytes: number): Promise<void> {
    while (this.#held + bytes > this.#limit && this.#oldest !== holder && this.#takers.has(holder)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#held += bytes;
  }

  /** The holder takes nothing more. */
  end(holder: Holder): void {
    this.#takers.delete(holder);
    this.#wake();
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
    this.#wake();
  }

  get #oldest(): Holder | undefined {
    for (const holder of this.#takers) return holder;
    return undefined;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
