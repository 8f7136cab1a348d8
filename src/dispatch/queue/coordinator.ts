import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { FdeployError } from '../../contracts/errors.js';
import type { Completion, Dispatcher, DispatchRequest, Fleet } from '../../contracts/dispatcher.js';
import type { Job, JobOutcome } from '../../contracts/protocol.js';
import { JobQueue } from '../local/job-queue.js';
import { ArrivalOutbox, OrderedOutbox, type Outbox } from '../local/outbox.js';
import { DRAIN_TIMEOUT_MS } from '../local/timeouts.js';
import { Despair } from './despair.js';
import { WorkerFleet } from './fleet.js';
import { FlightLog } from './flight-log.js';
import { jobSize, JOBS_PER_CLONE } from './job-size.js';
import { MESSAGES_VERSION, type AnswerMessage, type JobModel } from './messages.js';
import { Exchange, type ExchangeOptions } from './exchange.js';
import type { QueuePackages } from './packages.js';

/** Completions that wait to be written; with `ordered`, pictures between the first that is not written and the last begun. */
const WAITING = 1024;
const WINDOW = 8192;
const LOOK_MS = 1_000;

export interface CoordinatorOptions extends Omit<ExchangeOptions, 'run' | 'onMessage' | 'onLost' | 'notify'> {
  packages: QueuePackages;
  /** The model as workers are told of it. */
  model: () => Promise<JobModel>;
  /** Whether this machine sees a picture's file. */
  sees: (job: Job) => boolean;
  /** How many clones of the run a worker with these CPUs has. */
  clonesOn: (cpus: number) => number;
}

/** Hands the pictures of a run to workers of other machines, and collects their answers. */
export class Coordinator implements Dispatcher {
  readonly #request: DispatchRequest;
  readonly #options: CoordinatorOptions;
  readonly #run = randomUUID();
  readonly #queue: JobQueue;
  readonly #outbox: Outbox;
  readonly #flights = new FlightLog();
  readonly #fleet: WorkerFleet;
  readonly #despair: Despair;
  /** Pictures whose files neither a worker nor this machine sees. */
  readonly #absent: Job[] = [];
  readonly #written = new WeakMap<Completion, () => void>();
  #exchange: Exchange | undefined;
  #model: JobModel | undefined;
  #draining = false;
  #outOfPatience = false;
  #failure: FdeployError | undefined;
  #wake: (() => void) | undefined;
  #answers = 0;
  #firstAnswerAt = 0;
  retried = 0;
  readonly memory = undefined;

  constructor(request: DispatchRequest, options: CoordinatorOptions) {
    this.#request = request;
    this.#options = options;
    this.#fleet = new WorkerFleet(options.clonesOn);
    this.#despair = new Despair(options.timeoutMs);
    this.#queue = new JobQueue(request.jobs);
    this.#outbox = request.ordered ? new OrderedOutbox(WINDOW) : new ArrivalOutbox(WAITING);
    request.jobs.onChange(() => {
      this.#fill();
      this.#wake?.();
    });
  }

  get fleet(): Fleet {
    return this.#fleet.peak;
  }

  get unanswered(): number {
    return this.#flights.pictures + this.#queue.held + this.#absent.length;
  }

  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    void this.#exchange?.leaveOff(this.#flights.ids);
    setTimeout(() => {
      this.#outOfPatience = true;
      this.#wake?.();
    }, DRAIN_TIMEOUT_MS).unref();
    this.#wake?.();
  }

  async *completions(): AsyncGenerator<Completion, void, undefined> {
    if (this.#draining || (this.#queue.isEmpty && this.unanswered === 0)) return;
    this.#model = await this.#options.model();
    const exchange = new Exchange(this.#options.packages, {
      url: this.#options.url,
      timeoutMs: this.#options.timeoutMs,
      run: this.#run,
      notify: this.#request.notify,
      onMessage: (message, acknowledge) => {
        this.#receive(message, acknowledge);
      },
      onLost: (error) => {
        this.#fail(error);
      },
    });
    this.#exchange = exchange;
    let looking = false;
    const look = (): void => {
      if (looking || !exchange.isReady) return;
      looking = true;
      void this.#look(exchange)
        .catch((error: unknown) => {
          if (exchange.isReady) this.#request.notify(`the queue reports: ${String(error)}`);
        })
        .finally(() => (looking = false));
    };
    const timer = setInterval(look, LOOK_MS);
    exchange.onceReady(look);
    try {
      for (;;) {
        const over = this.#isOver();
        const completion = this.#outbox.shift(over);
        if (completion) {
          yield completion;
          this.#written.get(completion)?.();
          this.#fill();
        } else if (over) break;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#draining = true;
      clearInterval(timer);
      await exchange.close(this.#flights.ids);
    }
    if (this.#failure) throw this.#failure;
  }

  #isOver(): boolean {
    if (this.#failure) return true;
    if (this.#draining) return this.#outOfPatience || this.#flights.pictures === 0;
    return this.unanswered === 0 && this.#queue.isEmpty;
  }

  /** Once a second: who is connected, is the run refused, did Redis lose a job. */
  async #look(exchange: Exchange): Promise<void> {
    await this.#fleet.look(exchange);
    if (!this.#draining) await exchange.stayAlive();
    for (const id of await exchange.vanished(this.#flights.ids)) this.#giveBack(this.#flights.end(id)?.left);
    const reason = this.#despair.after(this.#fleet);
    if (reason) this.#fail(reason);
    this.#fill();
    this.#wake?.();
  }

  /** Hands out jobs until each clone has a few. */
  #fill(): void {
    const { clones } = this.#fleet;
    while (!this.#draining && !this.#failure && this.#flights.jobs < clones * JOBS_PER_CLONE) {
      const suspect = this.#queue.hasSuspects ? this.#queue.takeSuspect() : undefined;
      if (suspect) {
        this.#send([suspect.job], suspect.attempts);
        continue;
      }
      const absent = this.#absent.splice(0, this.#size);
      const pictures = absent.length > 0 ? absent : this.#take(this.#size);
      if (pictures.length === 0) return;
      this.#send(pictures, undefined, absent.length > 0);
    }
  }

  get #size(): number {
    const { clones } = this.#fleet;
    const seconds = (performance.now() - this.#firstAnswerAt) / 1000;
    const perSecond = this.#answers > 0 && seconds > 1 ? this.#answers / seconds / Math.max(1, clones) : 0;
    const { jobs } = this.#request;
    return jobSize(perSecond, clones, jobs.ended ? this.#queue.size : undefined);
  }

  #take(count: number): Job[] {
    const pictures: Job[] = [];
    while (pictures.length < count) {
      const returned = this.#queue.takeReturned();
      const job = returned ?? (this.#outbox.hasRoom() ? this.#queue.takeNew() : undefined);
      if (!job) break;
      if (!returned) this.#outbox.open(job.index);
      pictures.push(job);
    }
    return pictures;
  }

  /** @param attempts of a suspect, so far */
  #send(pictures: Job[], attempts?: number, maybeMissing = false): void {
    const model = this.#model;
    if (!model) return;
    const { mode, retries, timeoutMs } = this.#request;
    const id = this.#flights.begin(this.#run, pictures, attempts);
    this.#exchange?.add(id, {
      version: MESSAGES_VERSION,
      run: this.#run,
      model,
      mode,
      retries,
      timeoutMs,
      alone: attempts !== undefined,
      maybeMissing,
      pictures: pictures.map(elsewhere),
    });
  }

  #receive(message: AnswerMessage, acknowledge: () => void): void {
    if (message.type === 'records') this.#complete(message, acknowledge);
    else {
      this.#end(message);
      acknowledge();
    }
    this.#fill();
    this.#wake?.();
  }

  #complete(
    { job: id, worker, answers }: Extract<AnswerMessage, { type: 'records' }>,
    acknowledge: () => void,
  ): void {
    this.#fleet.answered(worker);
    let left = 1;
    const written = (): void => {
      if (--left === 0) acknowledge();
    };
    for (const { index, outcome, attempts } of answers) {
      const found = this.#flights.answer(id, index);
      if (!found) continue; // answered before, by a worker that had lost its connection
      if (attempts > 1 && found.attempts === 0 && !isUnfetched(outcome)) this.retried++;
      if (this.#answers++ === 0) this.#firstAnswerAt = performance.now();
      left++;
      this.#push({ job: found.job, outcome, attempts: attempts + found.attempts }, written);
    }
    written();
  }

  #push(completion: Omit<Completion, 'at'>, written?: () => void): void {
    const timed = { ...completion, at: performance.now() };
    if (written) this.#written.set(timed, written);
    this.#outbox.push(timed);
  }

  #end({ job: id, worker, reason, sentence = '', hand }: Extract<AnswerMessage, { type: 'end' }>): void {
    const flight = this.#flights.end(id);
    if (!flight) return;
    const { left, attempts } = flight;
    if (reason === 'refused' || reason === 'unseen') {
      if (this.#fleet.refused(worker, sentence)) this.#request.notify(`${worker}: ${sentence}`);
    }
    if (reason === 'unseen') {
      this.#absent.push(...left.filter((job) => !this.#options.sees(job)));
      this.#giveBack(left.filter((job) => this.#options.sees(job)));
    } else if (attempts !== undefined) {
      for (const job of left) this.#retry(job, reason === 'lost' && hand !== undefined, attempts);
    } else if (reason === 'lost' && hand !== undefined) {
      const begun = left.slice(0, hand);
      this.retried += begun.length;
      for (const job of begun) this.#queue.addSuspect({ job, attempts: 0 });
      this.#giveBack(left.slice(hand));
    } else this.#giveBack(left);
  }

  /** A picture that was tried alone and not answered. */
  #retry(job: Job, isCertain: boolean, before: number): void {
    const attempts = before + (isCertain ? 1 : 0);
    if (attempts <= this.#request.retries) {
      this.#queue.addSuspect({ job, attempts });
      return;
    }
    const message = `The worker that had the picture alone ended, ${attempts} ${attempts === 1 ? 'time' : 'times'}.`;
    this.#push({ job, attempts, outcome: { status: 'error', error: { code: 'WORKER_CRASHED', message } } });
  }

  #giveBack(jobs: readonly Job[] = []): void {
    this.#queue.giveBack(jobs);
  }

  #fail(error: FdeployError): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}

/** Whether the attempts were those of fetching, which no worker died of. */
function isUnfetched(outcome: JobOutcome): boolean {
  return outcome.status === 'error' && outcome.error.code === 'SOURCE_FAILED';
}

/** A picture as another machine is told of it: by its absolute path. */
function elsewhere({ index, source }: Job): Job {
  const { locator } = source;
  if (locator.kind !== 'file') return { index, source };
  return { index, source: { ...source, locator: { ...locator, path: path.resolve(locator.path) } } };
}
