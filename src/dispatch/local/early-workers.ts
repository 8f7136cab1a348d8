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

/** Starts a worker, which waits for its settings. */
export function startRunner(mode: Mode, options: RunnerOptions): Runner {
  const runner = new RUNNERS[mode](options);
  runner.start();
  return runner;
}

/** How fdeploy's workers are started. */
export const ownWorker = (mode: Mode): RunnerOptions => ({
  entry: ENTRIES[mode],
  libuvThreads: DECODE_AHEAD,
});

/** A supply of workers that were started early. */
export interface WorkerSource {
  /** @returns undefined if there is none left */
  take(): Runner | undefined;
}

/**
 * Workers that start and preload what every model needs while the model is still being resolved. A pool takes them before it
 * starts others.
 */
export class EarlyWorkers implements WorkerSource {
  readonly #waiting: Runner[] = [];

  constructor(private readonly mode: Mode) {}

  /** Starts workers until this many wait. */
  start(count: number): void {
    while (this.#waiting.length < count) this.#waiting.push(startRunner(this.mode, ownWorker(this.mode)));
  }

  take(): Runner | undefined {
    return this.#waiting.shift();
  }

  /** Ends the workers that no run took. */
  end(): void {
    for (const runner of this.#waiting.splice(0)) runner.kill();
  }
}
