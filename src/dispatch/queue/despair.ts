import { FdeployError } from '../../contracts/errors.js';
import type { WorkerFleet } from './fleet.js';

/** All workers must refuse a run for this many looks in a row until it is given up. */
const PATIENCE = 4;

/** Tells when a run has nobody to predict it. */
export class Despair {
  readonly #timeoutMs: number;
  #refusedLooks = 0;
  #alone = performance.now();

  /** @param timeoutMs how long workers may be away */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** The reason to give up, once a look at the workers has ended; undefined while there is hope. */
  after(fleet: WorkerFleet): FdeployError | undefined {
    return this.#loneliness(fleet) ?? this.#refusal(fleet);
  }

  #loneliness({ clones }: WorkerFleet): FdeployError | undefined {
    const now = performance.now();
    if (clones > 0) this.#alone = now;
    const aloneMs = now - this.#alone;
    if (aloneMs <= this.#timeoutMs) return undefined;
    const message = `no worker took part for ${Math.round(aloneMs / 1000)} s: start fdeploy worker with this queue`;
    return new FdeployError('QUEUE_UNAVAILABLE', message, { file: '--queue' });
  }

  #refusal({ allRefuse }: WorkerFleet): FdeployError | undefined {
    this.#refusedLooks = allRefuse === undefined ? 0 : this.#refusedLooks + 1;
    if (allRefuse === undefined || this.#refusedLooks < PATIENCE) return undefined;
    return new FdeployError('WORKERS_REFUSED', `no worker can predict this run: ${allRefuse}`);
  }
}
