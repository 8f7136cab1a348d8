import { defaultClones, refuseWebGpuThreads } from '../config/flags/fill.js';
import { computeOf, type BackendName, type Compute } from '../contracts/compute.js';
import { FdeployError } from '../contracts/errors.js';
import { DECODE_AHEAD } from '../contracts/protocol.js';
import type { Mode } from '../contracts/results.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';
import { fetchingDispatcher } from '../dispatch/fetching/index.js';
import { localDispatcher } from '../dispatch/local/index.js';
import type { JobData } from '../dispatch/queue/index.js';
import { canonicalJson } from '../resume/canonical-json.js';
import type { RemoteFiles } from '../sources/remote/remote-files.js';
import { resolveModel } from '../tasks/registry.js';
import { Clones } from './clones.js';
import { modelFingerprint } from './fingerprint.js';
import { Refusal } from './guard.js';

/** Models that stay open when no job needs them. */
const KEPT = 3;

/** How this machine predicts; what is left open is decided by each run. */
export interface CloneOptions {
  mode?: Mode | undefined;
  workers?: number | undefined;
  threadsPerWorker?: number | undefined;
  backend?: BackendName | undefined;
  device?: string | undefined;
  maxWorkerMemoryMiB?: number | undefined;
}

/** The models that are open. */
export class Shelf {
  /** The least recently used first. */
  readonly #open = new Map<string, Promise<Clones>>();
  #closed = false;

  constructor(
    private readonly options: CloneOptions,
    private readonly remote: RemoteFiles,
    private readonly notify: Notify,
  ) {}

  /**
   * The clones for a job.
   * @param spec the job's model on this machine
   * @throws Refusal if the model is another one; FdeployError if it cannot be opened
   */
  async take(job: JobData, spec: ModelSpec): Promise<Clones> {
    if (this.#closed) throw new Refusal('this worker is leaving'); // clones made now would keep the process alive
    const mode = this.options.mode ?? job.mode;
    if (job.timeoutMs !== undefined && mode !== 'process') {
      throw new Refusal('the run has a --timeout, which needs --mode process on this worker');
    }
    const threads = this.options.threadsPerWorker ?? spec.threads;
    const { backend, device } = this.options;
    const own = {
      ...spec,
      threads,
      shareWeights: true,
      ...(backend !== undefined && { backend }),
      ...(device !== undefined && { device }),
    };
    const key = JSON.stringify([own, job.model.fingerprint, mode, job.retries, job.timeoutMs]);
    const found = this.#open.get(key) ?? this.#make(job, own, mode);
    this.#open.delete(key);
    this.#open.set(key, found);
    try {
      const clones = await found;
      if (clones.failure !== undefined) this.#open.delete(key);
      await this.#closeOthers(key);
      return clones;
    } catch (error) {
      this.#open.delete(key);
      throw error;
    }
  }

  /** Finishes the pictures in inference and closes all models. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(
      all.map(async (opening) => {
        const clones = await opening;
        await clones.close();
      }),
    );
  }

  async #make(job: JobData, spec: ModelSpec, mode: Mode): Promise<Clones> {
    const handle = await resolveModel(spec, this.notify);
    const compute = computeOf(Object.values(handle.runtimes));
    const { backend, device } = this.options;
    const isOwn = backend !== undefined || device !== undefined;
    if ((await modelFingerprint(handle, isOwn ? job.model.compute : compute)) !== job.model.fingerprint) {
      throw new Refusal(
        `the model ${spec.model} on this worker is not that of the run: its files or settings differ`,
      );
    }
    if (canonicalJson(compute) !== canonicalJson(job.model.compute)) {
      const [here, there] = [compute, job.model.compute].map(computeText);
      this.notify(`computes ${spec.model} with ${here}; the run asked for ${there}, so results may differ`);
    }
    const { batchSize, threads } = spec;
    const workers = this.options.workers ?? defaultClones(threads, spec.device);
    refuseWebGpuThreads(spec.device, mode, workers);
    const dispatch = fetchingDispatcher(localDispatcher(), this.remote, { inOrder: true });
    return new Clones(
      (jobs) =>
        dispatch({
          jobs,
          mode,
          workers,
          settings: { handle, batchSize, decodeAhead: DECODE_AHEAD, artifacts: {} },
          ordered: false,
          retries: job.retries,
          timeoutMs: job.timeoutMs,
          maxWorkerMemoryMiB: this.options.maxWorkerMemoryMiB,
          notify: this.notify,
        }),
      workers * (batchSize + DECODE_AHEAD),
    );
  }

  async #closeOthers(used: string): Promise<void> {
    for (const [key, promise] of this.#open) {
      if (this.#open.size <= KEPT) return;
      if (key === used) continue;
      const clones = await promise.catch(() => undefined);
      if (clones?.isIdle === false) continue;
      this.#open.delete(key);
      await clones?.close();
    }
  }
}

function computeText({ backend, device, precision }: Compute): string {
  return `${backend} on ${device} in ${precision}`;
}

/** Why a job is refused, if that is what the error means. */
export function refusalOf(error: unknown): string | undefined {
  return error instanceof Refusal || error instanceof FdeployError ? error.message : undefined;
}
