import { DECODE_AHEAD } from '../../contracts/protocol.js';
import type { Mode } from '../../contracts/results.js';
import { ENTRIES } from '../../worker/entries.js';
import { ProcessRunner } from './process-runner.js';
import type { Runner, RunnerOptions } from './runner.js';
import { ThreadRunner } from './thread-runner.js';

const RUNNERS = {
  thread: ThreadRunner,
  process: ProcessRunner,
} as const satisfies Record<Mode, new (options: RunnerOptions) => Runner>;

/** Starts a worker; it waits for its settings. */
export function startRunner(mode: Mode, options: RunnerOptions): Runner {
  const runner = new RUNNERS[mode](options);
  runner.start();
  return runner;
}

/** How a worker of fdeploy's own is started. */
export const ownWorker = (mode: Mode): RunnerOptions => ({
  entry: ENTRIES[mode],
  libuvThreads: DECODE_AHEAD,
});

/** Where a pool finds workers that were started before it. */
export interface WorkerSource {
  /** @returns undefined if there is none left */
  take(): Runner | undefined;
}

/**
 * Workers that start, and load what every model needs, while the model of the run is still being looked at. A pool takes them
 * before it starts any of its own.
 */
export class EarlyWorkers implements WorkerSource {
  readonly #waiting: Runner[] = [];

  constructor(private readonly mode: Mode) {}

  /** Starts workers until so many wait. */
  start(count: number): void {
    while (this.#waiting.length < count) this.#waiting.push(startRunner(this.mode, ownWorker(this.mode)));
  }

  take(): Runner | undefined {
    return this.#waiting.shift();
  }

  /** Ends those that no run took. */
  end(): void {
    for (const runner of this.#waiting.splice(0)) runner.kill();
  }
}
