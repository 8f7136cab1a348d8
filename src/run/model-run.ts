import { fdeployVersion } from '../config/version.js';
import { computeOf } from '../contracts/compute.js';
import { FdeployError } from '../contracts/errors.js';
import type { Completion, Dispatcher, Fleet } from '../contracts/dispatcher.js';
import type { ModelHandle } from '../contracts/model.js';
import { DECODE_AHEAD } from '../contracts/protocol.js';
import type { OkRecord, ResultRecord, RunSummary } from '../contracts/results.js';
import type { Run, RunOptions } from '../contracts/run.js';
import { recordName } from '../contracts/source.js';
import { toMicroseconds } from '../contracts/stages.js';
import { runMemory } from '../machine/memory.js';
import { StageStatistics } from './stage-times.js';

/** A run with a resolved model: its records and its counts. */
export class ModelRun implements Run {
  readonly handle: ModelHandle;
  readonly records: AsyncIterable<ResultRecord>;
  readonly #options: RunOptions;
  readonly #startedAt: number;
  readonly #dispatcher: Dispatcher;
  readonly #stages = new StageStatistics();
  #ok = 0;
  #failed = 0;
  #endedAt: number | undefined;

  /** @param startedAt from `performance.now()`; the records' times are relative to it */
  constructor(options: RunOptions, handle: ModelHandle, startedAt: number) {
    this.handle = handle;
    this.#options = options;
    this.#startedAt = startedAt;
    const { batchSize } = options.spec;
    this.#dispatcher = options.dispatch({
      jobs: options.feed,
      mode: options.mode,
      workers: options.workers,
      settings: { handle, batchSize, decodeAhead: DECODE_AHEAD, artifacts: options.artifacts },
      ordered: options.ordered,
      retries: options.retries,
      timeoutMs: options.timeoutMs,
      startTimeoutMs: options.startTimeoutMs,
      maxWorkerMemoryMiB: options.maxWorkerMemoryMiB,
      notify: options.notify,
    });
    this.records = this.#records();
  }

  get fleet(): Fleet | undefined {
    return this.#dispatcher.fleet;
  }

  summary(): RunSummary {
    const { feed, mode, workers } = this.#options;
    const { fleet } = this.#dispatcher;
    const runtimes = Object.values(this.handle.runtimes);
    const seconds = ((this.#endedAt ?? performance.now()) - this.#startedAt) / 1000;
    return {
      fdeploy: fdeployVersion(),
      ...computeOf(runtimes),
      images: feed.listed,
      ok: this.#ok,
      failed: this.#failed,
      skipped: feed.skipped,
      notPredicted: feed.untaken + this.#dispatcher.unanswered,
      retried: this.#dispatcher.retried,
      seconds,
      imagesPerSecond: (this.#ok + this.#failed) / seconds,
      mode,
      workers: fleet?.workers ?? workers,
      ...(fleet && { machines: fleet.machines }),
      threadsPerWorker: runtimes[0]?.threads ?? 1,
      model: this.handle.name,
      memory: this.#dispatcher.memory ?? runMemory([]),
      ms: this.#stages.summary(),
    };
  }

  async *#records(): AsyncGenerator<ResultRecord, void, undefined> {
    const { signal, failFast, feed } = this.#options;
    const drain = (): void => {
      void feed.stop();
      this.#dispatcher.drain();
    };
    if (signal?.aborted) drain();
    signal?.addEventListener('abort', drain, { once: true });
    let left = true;
    try {
      for await (const completion of this.#dispatcher.completions()) {
        const record = this.#record(completion);
        if (record.status === 'error' && failFast) drain();
        yield record;
      }
      left = false;
    } finally {
      signal?.removeEventListener('abort', drain);
      this.#endedAt = performance.now();
      await feed.stop(left ? 0 : undefined);
    }
    this.#checkSum();
    if (feed.failure) throw feed.failure;
  }

  #record({ job, outcome, attempts, at: doneAt }: Completion): ResultRecord {
    const named = { index: job.index, ...recordName(job.source) };
    if (outcome.status === 'error') {
      this.#failed++;
      const { code, message } = outcome.error;
      return { ...named, status: 'error', error: { code, message }, attempts };
    }
    this.#ok++;
    this.#stages.add(outcome.ms);
    const { status, task, width, height, result, ms } = outcome;
    const at = toMicroseconds(doneAt - this.#startedAt);
    // Both come from the worker's model, so the result matches the task.
    return { ...named, status, task, width, height, result, ms: { ...ms, at } } as OkRecord;
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
