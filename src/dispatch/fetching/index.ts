/** Fetches sources that lie elsewhere ahead of another dispatcher, which then reads files. */
import type { Completion, Dispatcher, DispatchRequest, MakeDispatcher } from '../../contracts/dispatcher.js';
import type { RunMemory } from '../../contracts/results.js';
import type { RemoteFiles } from '../../sources/remote/remote-files.js';
import { FetchAhead } from './fetch-ahead.js';

/**
 * @param make makes the dispatcher that predicts what was fetched, on this machine
 * @param inOrder jobs are begun in their order, also where completions may come in any; else a slow source does not hold up the others
 */
export function fetchingDispatcher(
  make: MakeDispatcher,
  files: RemoteFiles,
  { inOrder = false } = {},
): MakeDispatcher {
  return (request) => new FetchingDispatcher(request, make, files, request.ordered || inOrder);
}

class FetchingDispatcher implements Dispatcher {
  readonly #ahead: FetchAhead;
  readonly #inner: Dispatcher;

  constructor(request: DispatchRequest, make: MakeDispatcher, files: RemoteFiles, inOrder: boolean) {
    this.#ahead = new FetchAhead(request.jobs, files, inOrder);
    this.#inner = make({ ...request, jobs: this.#ahead });
  }

  async *completions(): AsyncGenerator<Completion, void, undefined> {
    this.#ahead.begin();
    try {
      for await (const completion of this.#inner.completions()) yield this.#ahead.completed(completion);
    } finally {
      this.#ahead.stop();
    }
  }

  drain(): void {
    this.#ahead.stop();
    this.#inner.drain();
  }

  get unanswered(): number {
    return this.#inner.unanswered + this.#ahead.held;
  }

  get retried(): number {
    return this.#inner.retried;
  }

  get memory(): RunMemory | undefined {
    return this.#inner.memory;
  }
}
