/** Predicts with workers on this machine: threads of this process, or processes. */
import type { MakeDispatcher } from '../../contracts/dispatcher.js';
import { ENTRIES } from '../../worker/entries.js';
import type { WorkerSource } from './early-workers.js';
import { Pool } from './pool.js';

export { EarlyWorkers, type WorkerSource } from './early-workers.js';

/** @param early workers that have already been started */
export function localDispatcher(early?: WorkerSource): MakeDispatcher {
  return (request) => new Pool({ ...request, entry: ENTRIES[request.mode], early });
}
