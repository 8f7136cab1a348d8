import { FdeployError, deserializeError } from '../../contracts/errors.js';
import type { SerializedError } from '../../contracts/errors.js';
import type { Completion, Dispatcher, DispatchRequest } from '../../contracts/dispatcher.js';
import { writesFiles } from '../../contracts/artifacts.js';
import type { Answer, Job } from '../../contracts/protocol.js';
import type { RunMemory } from '../../contracts/results.js';
import { decodePlace } from './decode-place.js';
import { startRunner, type WorkerSource } from './early-workers.js';
import { JobQueue } from './job-queue.js';
import { describeExit } from './last-words.js';
import { Losses } from './losses.js';
import { MemoryWatch } from './memory-watch.js';
import { ArrivalOutbox, OrderedOutbox } from './outbox.js';
import type { Outbox } from './outbox.js';
import type { Runner, WorkerExit } from './runner.js';
import { Slot } from './slot.js';
import {
  DRAIN_TIMEOUT_MS,
  LAST_WORDS_MS,
  MEMORY_EVERY_MS,
  START_TIMEOUT_MS,
  STOP_TIMEOUT_MS,
} from './timeouts.js';

const WINDOW_PER_WORKER = 64;
const WAITING_PER_WORKER = 16;

/** How a pool starts its workers. */
export interface PoolOptions extends DispatchRequest {
  /** The module of a worker. */
  entry: URL;
  /** Used before the pool starts its own workers. */
  early?: WorkerSource | undefined;
}

/** Free workers pull jobs from one queue. A worker that ends early is replaced. */
export class Pool implements Dispatcher {
  readonly #options: PoolOptions;
  readonly #queue: JobQueue;
  readonly #outbox: Outbox;
  readonly #slots: Slot[];
  readonly #memory: MemoryWatch;
  readonly #losses: Losses;
  #draining = false;
  #outOfPatience = false;
  #failure: FdeployError | undefined;
  #wake: (() => void) | undefined;
  #warnedOfLimit = false;
  /** Messages from workers; each is passed on once. */
  readonly #said = new Set<string>();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#losses = new Losses(options);
    const { jobs, workers, ordered, mode, entry, settings } = options;
    this.#queue = new JobQueue(jobs);
    jobs.onChange(() => {
      for (const slot of this.#slots) this.#fill(slot);
      this.#wake?.();
    });
    this.#outbox = ordered
      ? new OrderedOutbox(WINDOW_PER_WORKER * workers)
      : new ArrivalOutbox(WAITING_PER_WORKER * workers);
    const runnerOptions = { entry, libuvThreads: settings.decodeAhead };
    const runnerFor = (): Runner => options.early?.take() ?? startRunner(mode, runnerOptions);
    const events = {
      ready: (slot: Slot) => {
        this.#fill(slot);
      },
      failed: (slot: Slot, error: SerializedError) => {
        this.#openingFailed(slot, error);
      },
      answered: (slot: Slot, answers: Answer[]) => {
        this.#answered(slot, answers);
      },
      said: (sentence: string) => {
        if (this.#said.has(sentence)) return;
        this.#said.add(sentence);
        options.notify(sentence);
      },
      ended: (slot: Slot, exit: WorkerExit) => {
        this.#ended(slot, exit);
      },
    };
    const limits = {
      startMs: options.startTimeoutMs ?? START_TIMEOUT_MS,
      pictureMs: mode === 'process' ? options.timeoutMs : undefined,
    };
    // A worker without a picture would only use CPU time of others while it starts.
    const length = jobs.ended ? Math.min(workers, jobs.ready) : workers;
    const decodeIn = decodePlace(mode, length, settings.handle);
    const own = { ...settings, decodeIn };
    this.#slots = Array.from({ length }, () => new Slot(runnerFor, own, limits, events));
    this.#memory = new MemoryWatch(this.#slots, options.maxWorkerMemoryMiB);
  }

  get retried(): number {
    return this.#losses.retried;
  }

  get unanswered(): number {
    return this.#slots.reduce((sum, { hand }) => sum + hand.size, this.#queue.held);
  }

  get memory(): RunMemory | undefined {
    return this.#memory.peak;
  }

  /** Those in inference finish within `DRAIN_TIMEOUT_MS`. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const slot of this.#slots) {
      if (slot.state === 'starting') slot.kill();
      else if (slot.state === 'ready') slot.leave(DRAIN_TIMEOUT_MS);
    }
    // A thread in a native call cannot be stopped, so it is not awaited longer than this.
    setTimeout(() => {
      this.#outOfPatience = true;
      this.#wake?.();
    }, DRAIN_TIMEOUT_MS + LAST_WORDS_MS).unref();
    this.#wake?.();
  }

  async *completions(): AsyncGenerator<Completion, void, undefined> {
    const look = setInterval(() => {
      this.#memory.look();
    }, MEMORY_EVERY_MS);
    try {
      if (!this.#queue.isEmpty && !this.#draining) for (const slot of this.#slots) slot.start();
      for (;;) {
        const over = this.#isOver();
        const completion = this.#outbox.shift(over);
        if (completion) {
          yield completion;
          for (const slot of this.#slots) this.#fill(slot);
        } else if (over) break;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      if (!this.#draining && !this.#failure) this.#memory.look();
    } finally {
      clearInterval(look);
      await this.#close();
    }
    if (this.#failure) throw this.#failure;
  }

  #isOver(): boolean {
    if (this.#failure) return true;
    if (this.#draining) return this.#outOfPatience || this.#areGone();
    return this.unanswered === 0 && this.#queue.isEmpty;
  }

  async #close(): Promise<void> {
    this.#draining = true;
    for (const slot of this.#slots) {
      if (slot.state === 'ready' && slot.hand.size === 0) slot.leave(STOP_TIMEOUT_MS);
      else if (slot.state !== 'gone') slot.kill();
    }
    const deadline = performance.now() + STOP_TIMEOUT_MS + LAST_WORDS_MS;
    const patience = setTimeout(() => this.#wake?.(), STOP_TIMEOUT_MS + LAST_WORDS_MS);
    while (!this.#areGone() && performance.now() < deadline) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    clearTimeout(patience);
  }

  #areGone(): boolean {
    return this.#slots.every(({ state }) => state === 'gone');
  }

  /** Gives a ready worker its share of the waiting jobs: one or more batches ahead during a run, fewer at its end. */
  #fill(slot: Slot): void {
    if (this.#draining || this.#failure || slot.state !== 'ready' || slot.retiring || slot.alone) return;
    if (this.#queue.hasSuspects) {
      if (slot.hand.size === 0) {
        slot.alone = this.#queue.takeSuspect()!;
        slot.give([slot.alone.job]);
        return;
      }
      // One worker must become idle for the suspects, unless one is starting or already has a suspect.
      if (!this.#slots.some(({ state, alone }) => state === 'starting' || alone)) return;
    }
    const living = this.#slots.filter(({ state }) => state !== 'gone').length;
    const share = Math.max(1, Math.floor((slot.hand.size + this.#queue.size) / living));
    const jobs: Job[] = [];
    while (slot.hand.size + jobs.length < Math.min(this.#handSize, share)) {
      const job = this.#take();
      if (!job) break;
      jobs.push(job);
    }
    if (jobs.length > 0) slot.give(jobs);
  }

  /** Number of pictures that keep a worker busy: in decoding, in inference and, with artifacts, in writing. */
  get #handSize(): number {
    const { batchSize, decodeAhead, artifacts } = this.#options.settings;
    return (writesFiles(artifacts) ? 2 : 1) * batchSize + decodeAhead;
  }

  #take(): Job | undefined {
    const returned = this.#queue.takeReturned();
    if (returned) return returned;
    const job = this.#outbox.hasRoom() ? this.#queue.takeNew() : undefined;
    if (job) this.#outbox.open(job.index);
    return job;
  }

  #answered(slot: Slot, answers: Answer[]): void {
    const attempts = (slot.alone?.attempts ?? 0) + 1;
    slot.alone = undefined;
    slot.barrenEnds = 0;
    slot.answers += answers.length;
    for (const { index, outcome } of answers) {
      const job = slot.hand.get(index);
      if (!job) {
        this.#fail(
          new FdeployError('INTERNAL', `A worker answered picture ${index}, which it does not have.`),
        );
        return;
      }
      slot.hand.delete(index);
      this.#losses.anyPredicted ||= outcome.status === 'ok';
      this.#complete({ job, outcome, attempts });
    }
    this.#checkMemory(slot);
    if (slot.retiring && slot.hand.size === 0) slot.leave(STOP_TIMEOUT_MS);
    else this.#fill(slot);
  }

  #complete(completion: Omit<Completion, 'at'>): void {
    this.#outbox.push({ ...completion, at: performance.now() });
    this.#wake?.();
  }

  #openingFailed(slot: Slot, error: SerializedError): void {
    const failure = deserializeError(error);
    this.#losses.openingError = failure;
    if (failure.kind === 'call' && !this.#losses.anyPredicted) this.#fail(failure);
    else slot.kill();
  }

  #ended(slot: Slot, exit: WorkerExit): void {
    const expected = slot.state === 'leaving';
    const suspects = expected ? [] : slot.suspects();
    const { alone } = slot;
    slot.state = 'gone';
    this.#wake?.();
    if (this.#draining || this.#failure) return;
    for (const { index } of suspects) slot.hand.delete(index);
    if (alone && slot.hand.delete(alone.job.index)) this.#queue.addSuspect(alone);
    this.#queue.giveBack(slot.hand.values());
    slot.hand.clear();
    const loss = { exit, overdue: slot.overdue };
    for (const job of suspects) {
      const suspect = { job, attempts: (alone?.attempts ?? 0) + 1 };
      const outcome = this.#losses.answerTo(suspect, suspects.length === 1, loss);
      if (outcome) this.#complete({ ...suspect, outcome });
      else this.#queue.addSuspect(suspect);
    }
    if (this.#losses.blamesModel(this.#slots.length)) {
      this.#fail(this.#losses.cannotGoOn(exit));
      return;
    }
    if (!expected && suspects.length === 0 && slot.answers === 0) slot.barrenEnds++;
    const { patience } = this.#losses;
    if (slot.barrenEnds < patience) slot.start();
    else if (this.#areGone()) this.#fail(this.#losses.cannotGoOn(exit));
    else
      this.#options.notify(
        `A worker ended ${patience} times before it took a picture and is given up (${describeExit(exit)}).`,
      );
    for (const other of this.#slots) this.#fill(other);
  }

  #fail(error: FdeployError): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  #checkMemory(slot: Slot): void {
    const used = this.#memory.excess(slot);
    if (used === undefined) return;
    slot.retiring = true;
    const { settings, maxWorkerMemoryMiB, notify } = this.#options;
    if (this.#warnedOfLimit || slot.answers > settings.batchSize) return;
    this.#warnedOfLimit = true;
    notify(
      `A worker holds ${Math.ceil(used)} MiB after its first picture, more than the ${maxWorkerMemoryMiB ?? 0} MiB it may: a worker is started for every picture.`,
    );
  }
}
