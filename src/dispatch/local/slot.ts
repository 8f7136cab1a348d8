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

/** How long a worker may take. */
export interface SlotLimits {
  /** To get ready, and from its pictures to the beginning of the first. */
  startMs: number;
  /** For one picture; undefined: as long as it takes. */
  pictureMs: number | undefined;
}

/** `ready` workers take pictures; `leaving` ones were told to end; `gone` slots hold no worker. */
export type SlotState = 'starting' | 'ready' | 'leaving' | 'gone';

/** A worker's place in the pool: one worker after the other lives here. It knows what its worker has in hand. */
export class Slot {
  state: SlotState = 'gone';
  /** Pictures with the worker and not answered, by index. */
  readonly hand = new Map<number, Job>();
  /** Set while the worker has a suspect and nothing else in hand. */
  alone: Suspect | undefined;
  /** The worker shall be replaced once its hand is empty. */
  retiring = false;
  /** Pictures that the worker answered. */
  answers = 0;
  /** Workers that ended in a row without a picture answered or in work. */
  barrenEnds = 0;
  /** Last reported bytes of the worker's process. */
  rss = 0;

  /** Gives a worker that has been started and told nothing. */
  readonly #startRunner: () => Runner;
  readonly #settings: WorkerSettings;
  readonly #limits: SlotLimits;
  readonly #events: SlotEvents;
  #clock = new WorkClock();
  #runner: Runner | undefined;
  /** The pictures that took longer than they may. */
  #overdue: number[] = [];
  /** Why the worker was killed before it had begun a picture. */
  #expiry: string | undefined;
  /** Since when the worker is to begin something. */
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

  /** A picture took longer than it may. */
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

  /** Lets the worker finish what is in inference, at most for `withinMs`. */
  leave(withinMs: number): void {
    this.state = 'leaving';
    this.#runner?.send({ type: 'stop' });
    this.#setTimer(withinMs, () => this.#runner?.kill());
  }

  kill(): void {
    this.#runner?.kill();
  }

  /** What the worker may have died of: the pictures whose time was over, or all in work. */
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

  /** When the worker has to be looked at if nothing is heard of it until then; undefined: never. */
  #due(): number | undefined {
    const { startMs, pictureMs } = this.#limits;
    if (this.state === 'starting') return this.#idleSince + startMs;
    if (!this.#clock.isIdle) return pictureMs === undefined ? undefined : this.#clock.due(pictureMs);
    return this.hand.size > 0 ? this.#idleSince + startMs : undefined;
  }

  /** Looks at the worker again when something may be overdue. */
  #watch(): void {
    const isJudged = this.overdue || this.#expiry !== undefined;
    if (isJudged || (this.state !== 'starting' && this.state !== 'ready')) return;
    this.#stopTimer();
    const due = this.#due();
    if (due === undefined) return;
    const ms = Math.min(Math.max(0, due - performance.now()), LONGEST_TIMER_MS);
    const planned = performance.now() + ms;
    const timer = this.#setTimer(ms, () => {
      // What the worker has said in the meantime is heard first.
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

  /** @param late milliseconds that this comes later than it was to */
  #judge(late: number): void {
    const now = performance.now();
    if (late > ABSENT_MS) {
      // This process stood still, and maybe its workers with it: nobody knows whose time that was.
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

  /** Ends a worker that does not begin. A thread that does not come out of native code is left to itself. */
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
