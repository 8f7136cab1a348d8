import type { Redis } from 'ioredis';
import {
  answersKey,
  RUN_TTL_MS,
  type AnswerMessage,
  type EndReason,
  type PictureAnswer,
} from '../dispatch/queue/index.js';

const MOST_ANSWERS = 64;
const COLLECT_MS = 50;

/** Sends the answers of one job, a few at a time. */
export class Answers {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #common: { job: string; worker: string };
  #waiting: PictureAnswer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #left: number;
  #sent: Promise<void> = Promise.resolve();

  /** @param pictures number of pictures of the job */
  constructor(redis: Redis, run: string, job: string, worker: string, pictures: number) {
    this.#left = pictures;
    this.#redis = redis;
    this.#key = answersKey(run);
    this.#common = { job, worker };
  }

  add(answer: PictureAnswer): void {
    this.#left--;
    this.#waiting.push(answer);
    if (this.#waiting.length >= MOST_ANSWERS) this.#flush();
    else
      this.#timer ??= setTimeout(() => {
        this.#flush();
      }, COLLECT_MS);
  }

  /** Sends what is left and, if pictures are unanswered, that nothing follows. */
  async end(reason: EndReason, more: { sentence?: string; hand?: number } = {}): Promise<void> {
    this.#flush();
    if (this.#left === 0) await this.#sent;
    else await this.#send({ type: 'end', ...this.#common, reason, ...more });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const answers = this.#waiting;
    this.#waiting = [];
    this.#sent = this.#send({ type: 'records', ...this.#common, answers });
    this.#sent.catch(() => undefined); // the connection was closed
  }

  async #send(message: AnswerMessage): Promise<void> {
    await this.#redis
      .pipeline()
      .xadd(this.#key, '*', 'm', JSON.stringify(message))
      .pexpire(this.#key, RUN_TTL_MS)
      .exec();
  }
}
