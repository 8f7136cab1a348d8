import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deserializeError, FdeployError } from '../contracts/errors.js';
import type { Mode } from '../contracts/results.js';
import type { Source } from '../contracts/source.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';
import { resolveModel } from '../tasks/registry.js';
import type { BenchFigures, MeasureJob, MeasureReply } from './case.js';

export type { BenchFigures } from './case.js';
export { withBuiltInPicture } from './built-in-picture.js';
export { busyWarning, recommend, type Recommendation } from './recommend.js';
export { markdown, memoryTable, speedTable, type Table } from './tables.js';

export interface BenchOptions {
  spec: Omit<ModelSpec, 'shareWeights'>;
  sources: readonly Source[];
  modes: readonly Mode[];
  workers: readonly number[];
  seconds: number;
  notify: Notify;
}

const ENTRY = new URL('./measure-entry.js', import.meta.url);

/**
 * Measures every mode and number of clones, with shared and with separate weights, each in a fresh process.
 * @returns the figures as they become available
 * @throws FdeployError of kind `call` if the model is wrong; INTERNAL if a measuring process ended early
 */
export async function* runBench(options: BenchOptions): AsyncGenerator<BenchFigures, void, undefined> {
  const { spec, sources, seconds, notify } = options;
  for (const mode of options.modes) {
    for (const shared of [true, false]) {
      const handle = await resolveModel({ ...spec, shareWeights: shared }, notify);
      for (const workers of options.workers) {
        yield await inFreshProcess({ mode, workers, shared, handle, sources, seconds });
      }
    }
  }
}

function inFreshProcess(job: MeasureJob): Promise<BenchFigures> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(ENTRY), {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('error', reject);
    child.on('message', (message) => {
      const reply = message as MeasureReply;
      if ('figures' in reply) resolve(reply.figures);
      else reject(deserializeError(reply.error));
    });
    child.on('close', (code, signal) => {
      const how = signal ?? `exit code ${code ?? 'unknown'}`;
      reject(new FdeployError('WORKER_START_FAILED', `the process that measures ended early (${how})`));
    });
    child.send(job, () => undefined);
  });
}
