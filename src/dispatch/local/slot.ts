import type { SerializedError } from '../../contracts/errors.js';
import type { Answer, FromWorker, Job, WorkerSettings } from '../../contracts/protocol.js';
import type { Suspect } from './job-queue.js';
import type { Runner, WorkerExit } from './runner.js';
import { ABSENT_MS, LONGEST_TIMER_MS, STOP_TIMEOUT_MS } from './timeouts.js';
import { WorkClock } from './work-clock.js';

export interface SlotEvents {
  ready(slot: Slot): void;
  failed(slot: Slot, error: SerializedError): void;
  answered(slot: Slot, answers: Answer[]): void;
  said(sentence: string): void;
  ended(slot: Slot, exit: WorkerExit): void;
}

/** Time limits of a worker. */
export interface SlotLimits {
  /** To start, and from receiving pictures to starting the first. */
  startMs: number;
  /** For one picture; undefined: no limit. */
  pictureMs: number | undefined;
}

/** `ready` workers take pictures; `leaving` ones were told to exit; `gone` slots have no worker. */
export type SlotState = 'starting' | 'ready' | 'leaving' | 'gone';

/** A worker's place in the pool, for one worker after another. Tracks the pictures of its worker. */
export class Slot {
  state: SlotState = 'gone';
  /** Unanswered pictures of the worker, by index. */
  readonly hand = new Map<number, Job>();
  /** Whether the worker has only a suspect. */
  alone: Suspect | undefined;
  /** Whether the worker is to be replaced when it has no pictures left. */
  retiring = false;
  /** Number of pictures that the worker answered. */
  answers = 0;
  /** Number of workers in a row that ended without a picture answered or in progress. */
  barrenEnds = 0;
  /** Last reported bytes of the worker's process. */
  rss = 0;

  /** Returns a started worker that has received no message yet. */
  readonly #startRunner: () => Runner;
  readonly #settings: WorkerSettings;
  readonly #limits: SlotLimits;
  readonly #events: SlotEvents;
  #clock = new WorkClock();
  #runner: Runner | undefined;
  /** The pictures that exceeded the time limit. */
  #overdue: number[] = [];
  /** Why the worker was killed before it started a picture. */
  #expiry: string | undefined;
  /** Since when the worker is expected to start something. */
  #idleSince = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(startRunner: () => Runner, settings: WorkerSettings, limits: SlotLimits, events: SlotEvents) {
    this.#startRunner = startRunner;
    this.#settings = settings;
    this.#limits = limits;
    this.#events = events;
  }

  get pid(): number | undefined {
    return this.#runner?.pid;
  }

  /** A picture exceeded the time limit. */
  get overdue(): boolean {
    return this.#overdue.length > 0;
  }

  /** Puts a worker into the empty slot. */
  start(): void {
    this.state = 'starting';
    this.hand.clear();
    this.alone = undefined;
    this.retiring = false;
    this.answers = 0;
    this.rss = 0;
    this.#overdue = [];
    this.#expiry = undefined;
    this.#clock = new WorkClock();
    const runner = this.#startRunner();
    this.#runner = runner;
    runner.on('message', (message) => {
      if (this.#runner === runner) this.#receive(message);
    });
    runner.on('exit', (exit) => {
      if (this.#runner === runner) this.#end(exit);
    });
    runner.send({ type: 'start', settings: this.#settings });
    this.#idleSince = performance.now();
    this.#watch();
  }

  give(jobs: Job[]): void {
    for (const job of jobs) this.hand.set(job.index, job);
    this.#runner?.send({ type: 'predict', jobs });
    if (!this.#clock.isIdle) return;
    this.#idleSince = performance.now();
    this.#watch();
  }

  /** Lets the worker finish its inference, within `withinMs`. */
  leave(withinMs: number): void {
    this.state = 'leaving';
    this.#runner?.send({ type: 'stop' });
    this.#setTimer(withinMs, () => this.#runner?.kill());
  }

  kill(): void {
    this.#runner?.kill();
  }

  /** Possible causes of the worker's death: the overdue pictures, or all in progress. */
  suspects(): Job[] {
    const indices = this.overdue ? this.#overdue : this.#clock.inWork;
    return indices.flatMap((index) => this.hand.get(index) ?? []);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        if (this.state === 'starting') this.state = 'ready';
        this.#idleSince = performance.now();
        this.#watch();
        this.#events.ready(this);
        break;
      case 'failed':
        this.#events.failed(this, message.error);
        break;
      case 'begun':
        this.#clock.update(message.work, performance.now());
        this.#watch();
        break;
      case 'done':
        this.#clock.update(message.work, performance.now());
        this.#clock.forget(message.answers.map(({ index }) => index));
        this.#idleSince = performance.now();
        this.rss = message.rss ?? this.rss;
        this.#events.answered(this, message.answers);
        this.#watch();
        break;
      case 'said':
        this.#events.said(message.sentence);
        break;
      case 'stopped':
        break;
      default:
        message satisfies never;
    }
  }

  #end(exit: WorkerExit): void {
    this.#stopTimer();
    const { lastWords } = exit;
    this.#events.ended(this, this.#expiry === undefined ? exit : { how: this.#expiry, lastWords });
  }

  /** When to check the worker if it reports nothing until then; undefined: never. */
  #due(): number | undefined {
    const { startMs, pictureMs } = this.#limits;
    if (this.state === 'starting') return this.#idleSince + startMs;
    if (!this.#clock.isIdle) return pictureMs === undefined ? undefined : this.#clock.due(pictureMs);
    return this.hand.size > 0 ? this.#idleSince + startMs : undefined;
  }

  /** Schedules the next check of the worker. */
  #watch(): void {
    const isJudged = this.overdue || this.#expiry !== undefined;
    if (isJudged || (this.state !== 'starting' && this.state !== 'ready')) return;
    this.#stopTimer();
    const due = this.#due();
    if (due === undefined) return;
    const ms = Math.min(Math.max(0, due - performance.now()), LONGEST_TIMER_MS);
    const planned = performance.now() + ms;
    const timer = this.#setTimer(ms, () => {
      // Messages received in the meantime are handled first.
      setImmediate(() => {
        if (this.#timer === timer) this.#judge(performance.now() - planned);
      });
    });
  }

  #setTimer(ms: number, then: () => void): NodeJS.Timeout {
    this.#stopTimer();
    return (this.#timer = setTimeout(then, ms));
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** @param late delay of the timer in milliseconds */
  #judge(late: number): void {
    const now = performance.now();
    if (late > ABSENT_MS) {
      // This process was suspended, perhaps with its workers: the time does not count.
      this.#clock.restart(now);
      this.#idleSince = now;
    }
    const due = this.#due();
    if (due === undefined || due > now) {
      this.#watch();
      return;
    }
    const { pictureMs } = this.#limits;
    if (this.#clock.isIdle || pictureMs === undefined) this.#expire();
    else {
      this.#overdue = this.#clock.overdue(pictureMs, now);
      this.kill();
    }
  }

  /** Ends a worker that does not start its work. A thread that stays in native code is abandoned. */
  #expire(): void {
    const what = this.state === 'starting' ? 'its start' : 'its first picture';
    this.#expiry = `no sign of life within ${this.#limits.startMs / 1000} s of ${what}`;
    this.kill();
    this.#setTimer(Math.min(STOP_TIMEOUT_MS, this.#limits.startMs), () => {
      this.#runner?.abandon();
      this.#runner = undefined;
      this.#end({ how: this.#expiry ?? '', lastWords: [] });
    });
  }
}
