import type { SerializedError } from '../contracts/errors.js';
import type { Answer, FromWorker, Job, WorkerSettings } from '../contracts/protocol.js';
import type { Suspect } from './job-queue.js';
import type { Runner, WorkerExit } from './runner.js';
import { START_TIMEOUT_MS } from './timeouts.js';

export interface SlotEvents {
  ready(slot: Slot): void;
  failed(slot: Slot, error: SerializedError): void;
  answered(slot: Slot, answers: Answer[]): void;
  said(sentence: string): void;
  ended(slot: Slot, exit: WorkerExit): void;
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
  /** The picture in work took longer than it may, or the worker never got ready. */
  overdue = false;

  /** Gives a worker that has been started and told nothing. */
  readonly #startRunner: () => Runner;
  readonly #settings: WorkerSettings;
  readonly #timeoutMs: number | undefined;
  readonly #events: SlotEvents;
  #runner: Runner | undefined;
  #decoding: number[] = [];
  #predicting: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    startRunner: () => Runner,
    settings: WorkerSettings,
    timeoutMs: number | undefined,
    events: SlotEvents,
  ) {
    this.#startRunner = startRunner;
    this.#settings = settings;
    this.#timeoutMs = timeoutMs;
    this.#events = events;
  }

  get pid(): number | undefined {
    return this.#runner?.pid;
  }

  /** Puts a worker into the empty slot. */
  start(): void {
    this.state = 'starting';
    this.hand.clear();
    this.alone = undefined;
    this.retiring = false;
    this.overdue = false;
    this.answers = 0;
    this.rss = 0;
    this.#decoding = [];
    this.#predicting = [];
    const runner = this.#startRunner();
    this.#runner = runner;
    runner.on('message', (message) => {
      this.#receive(message);
    });
    runner.on('exit', (exit) => {
      clearTimeout(this.#timer);
      this.#events.ended(this, exit);
    });
    runner.send({ type: 'start', settings: this.#settings });
    this.#killAfter(START_TIMEOUT_MS);
  }

  give(jobs: Job[]): void {
    for (const job of jobs) this.hand.set(job.index, job);
    this.#runner?.send({ type: 'predict', jobs });
  }

  /** Lets the worker finish what is in inference, at most for `withinMs`. */
  leave(withinMs: number): void {
    this.state = 'leaving';
    this.#runner?.send({ type: 'stop' });
    this.#killAfter(withinMs);
  }

  kill(): void {
    this.#runner?.kill();
  }

  /** What the worker may have died of, and whether it could be told: the one in inference, or all in work. */
  suspects(): Job[] {
    const inWork =
      this.overdue && this.#predicting.length > 0
        ? this.#predicting
        : [...this.#predicting, ...this.#decoding];
    return inWork.flatMap((index) => this.hand.get(index) ?? []);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        clearTimeout(this.#timer);
        if (this.state === 'starting') this.state = 'ready';
        this.#events.ready(this);
        break;
      case 'failed':
        this.#events.failed(this, message.error);
        break;
      case 'begun':
        this.#decoding = message.decoding;
        this.#predicting = message.predicting;
        this.#watch();
        break;
      case 'done': {
        const answered = new Set(message.answers.map(({ index }) => index));
        this.#decoding = this.#decoding.filter((index) => !answered.has(index));
        this.#predicting = this.#predicting.filter((index) => !answered.has(index));
        this.rss = message.rss ?? this.rss;
        this.#watch();
        this.#events.answered(this, message.answers);
        break;
      }
      case 'said':
        this.#events.said(message.sentence);
        break;
      case 'stopped':
        break;
      default:
        message satisfies never;
    }
  }

  /** Every sign of life sets the clock anew; a batch has the time of its pictures. */
  #watch(): void {
    if (this.#timeoutMs === undefined || this.state === 'leaving') return;
    clearTimeout(this.#timer);
    if (this.#predicting.length + this.#decoding.length === 0) return;
    this.#killAfter(this.#timeoutMs * Math.max(1, this.#predicting.length));
  }

  #killAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.overdue = this.state !== 'leaving';
      this.#runner?.kill();
    }, ms);
  }
}
