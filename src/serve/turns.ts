/** Work that may overlap with its like, and work that must be alone. Those who wait to be alone come before those who come later. */
export class Turns {
  #shared = new Set<Promise<unknown>>();
  #last: Promise<unknown> = Promise.resolve();

  async run<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    if (!alone) {
      await before;
      const turn = work();
      const settled = turn.catch(() => undefined);
      this.#shared.add(settled);
      try {
        return await turn;
      } finally {
        this.#shared.delete(settled);
      }
    }
    const turn = (async () => {
      await before;
      await Promise.all(this.#shared);
      return await work();
    })();
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}
