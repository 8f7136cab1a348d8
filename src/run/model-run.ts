import { fdeployVersion } from '../config/version.js';
import { computeOf } from '../contracts/compute.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import { DECODE_AHEAD, type Job } from '../contracts/protocol.js';
import type { OkRecord, ResultRecord, RunSummary } from '../contracts/results.js';
import { countDone, imageKey, type Run, type RunOptions } from '../contracts/run.js';
import { toMicroseconds } from '../contracts/stages.js';
import type { WorkerSource } from '../dispatch/local/early-workers.js';
import { runMemory } from '../machine/memory.js';
import type { Completion } from '../dispatch/local/outbox.js';
import { Pool } from '../dispatch/local/pool.js';
import { StageStatistics } from './stage-times.js';

/** A run over a model that is known: its records, and the account of what became of every picture. */
export class ModelRun implements Run {
  readonly handle: ModelHandle;
  readonly records: AsyncIterable<ResultRecord>;
  readonly #options: RunOptions;
  readonly #startedAt: number;
  readonly #pool: Pool;
  readonly #stages = new StageStatistics();
  readonly #skipped: number;
  #ok = 0;
  #failed = 0;
  #endedAt: number | undefined;

  /**
   * @param entry the module that a worker runs
   * @param early workers that are starting already
   * @param startedAt of `performance.now()`; the records' times count from there
   */
  constructor(options: RunOptions, handle: ModelHandle, entry: URL, startedAt: number, early?: WorkerSource) {
    this.handle = handle;
    this.#options = options;
    this.#startedAt = startedAt;
    const { images, skip, spec, mode } = options;
    this.#skipped = countDone(images, skip);
    const settings = {
      handle,
      batchSize: spec.batchSize,
      decodeAhead: DECODE_AHEAD,
      artifacts: options.artifacts,
    };
    this.#pool = new Pool(
      {
        mode,
        entry,
        workers: options.workers,
        early,
        settings,
        ordered: options.ordered,
        retries: options.retries,
        timeoutMs: options.timeoutMs,
        startTimeoutMs: options.startTimeoutMs,
        maxWorkerMemoryMiB: options.maxWorkerMemoryMiB,
        notify: options.notify,
      },
      jobs(options),
      images.length - this.#skipped,
    );
    this.records = this.#records();
  }

  summary(): RunSummary {
    const { images, mode, workers } = this.#options;
    const runtimes = Object.values(this.handle.runtimes);
    const seconds = ((this.#endedAt ?? performance.now()) - this.#startedAt) / 1000;
    return {
      fdeploy: fdeployVersion(),
      ...computeOf(runtimes),
      images: images.length,
      ok: this.#ok,
      failed: this.#failed,
      skipped: this.#skipped,
      notPredicted: this.#pool.unanswered,
      retried: this.#pool.retried,
      seconds,
      imagesPerSecond: (this.#ok + this.#failed) / seconds,
      mode,
      workers,
      threadsPerWorker: runtimes[0]?.threads ?? 1,
      model: this.handle.name,
      memory: this.#pool.memory ?? runMemory([]),
      ms: this.#stages.summary(),
    };
  }

  async *#records(): AsyncGenerator<ResultRecord, void, undefined> {
    const { signal, failFast } = this.#options;
    const drain = (): void => {
      this.#pool.drain();
    };
    if (signal?.aborted) drain();
    signal?.addEventListener('abort', drain, { once: true });
    try {
      for await (const completion of this.#pool.completions()) {
        const record = this.#record(completion);
        if (record.status === 'error' && failFast) drain();
        yield record;
      }
    } finally {
      signal?.removeEventListener('abort', drain);
      this.#endedAt = performance.now();
    }
    this.#checkSum();
  }

  #record({ job, outcome, attempts, at: doneAt }: Completion): ResultRecord {
    if (outcome.status === 'error') {
      this.#failed++;
      const { code, message } = outcome.error;
      return { ...job, status: 'error', error: { code, message }, attempts };
    }
    this.#ok++;
    this.#stages.add(outcome.ms);
    const { status, task, width, height, result, ms } = outcome;
    const at = toMicroseconds(doneAt - this.#startedAt);
    // The worker's model gave both: the result is the task's.
    return { ...job, status, task, width, height, result, ms: { ...ms, at } } as OkRecord;
  }

  #checkSum(): void {
    const { images, ok, failed, skipped, notPredicted } = this.summary();
    if (ok + failed + skipped + notPredicted === images) return;
    throw new FdeployError('INTERNAL', 'A picture was lost or counted twice.', {
      expected: `${images} pictures`,
      found: `${ok} ok, ${failed} failed, ${skipped} skipped and ${notPredicted} not predicted`,
    });
  }
}

function* jobs({ images, skip }: RunOptions): Generator<Job, void, undefined> {
  for (const [index, entry] of images.entries()) {
    if (!skip.has(imageKey(entry))) yield { index, ...entry };
  }
}
