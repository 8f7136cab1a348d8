import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  computeOf,
  DEFAULT_COMPUTE,
  type BackendName,
  type Compute,
  type Precision,
} from '../contracts/compute.js';
import { deserializeError, FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import type { Mode } from '../contracts/results.js';
import type { Source } from '../contracts/source.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';
import { resolveModel } from '../tasks/registry.js';
import { withClones } from '../tasks/with-clones.js';
import type { BenchFigures, MeasureJob, MeasureReply } from './case.js';

export type { BenchFigures } from './case.js';
export { withBuiltInPicture } from './built-in-picture.js';
export { computeText } from './compute-text.js';
export { busyWarning, recommend, type Recommendation } from './recommend.js';
export { markdown, memoryTable, speedTable, type Table } from './tables.js';

export interface BenchOptions {
  spec: Omit<ModelSpec, 'shareWeights' | 'backend' | 'device' | 'precision'>;
  /** What the networks are computed with, in all combinations; one that a backend does not have is left out. */
  backends: readonly BackendName[];
  devices: readonly string[];
  precisions: readonly Precision[];
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
  const { sources, seconds } = options;
  const models = await resolveAll(options);
  for (const mode of options.modes) {
    for (const { shared, handle, compute } of models) {
      for (const workers of options.workers) {
        const cloned = withClones(handle, mode, workers);
        yield await inFreshProcess({ mode, workers, shared, ...compute, handle: cloned, sources, seconds });
      }
    }
  }
}

interface ResolvedCase {
  shared: boolean;
  handle: ModelHandle;
  compute: Compute;
}

/** The model for each computation; those that become the same are one. */
async function resolveAll({ spec, notify, ...options }: BenchOptions): Promise<ResolvedCase[]> {
  const models = new Map<string, ResolvedCase>();
  let refused: FdeployError | undefined;
  for (const [backend, device, precision] of combinations(options)) {
    const asked = { ...spec, backend, device, precision };
    try {
      // Only onnxruntime on the CPU shares weights, so that there is something to compare.
      const both = backend === DEFAULT_COMPUTE.backend && device === DEFAULT_COMPUTE.device;
      for (const shared of both ? [true, false] : [true]) {
        const handle = await resolveModel({ ...asked, shareWeights: shared }, notify);
        const compute = computeOf(Object.values(handle.runtimes));
        models.set(JSON.stringify([compute, shared]), { shared, handle, compute });
      }
    } catch (error) {
      if (!(error instanceof FdeployError && error.code === 'BAD_OPTION')) throw error;
      refused = error;
      notify(`not measured: ${error.message}`);
    }
  }
  if (models.size === 0 && refused) throw refused;
  return [...models.values()];
}

function combinations({
  backends,
  devices,
  precisions,
}: Pick<BenchOptions, 'backends' | 'devices' | 'precisions'>): [BackendName, string, Precision][] {
  return backends.flatMap((backend) =>
    devices.flatMap((device) =>
      precisions.map((precision): [BackendName, string, Precision] => [backend, device, precision]),
    ),
  );
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
