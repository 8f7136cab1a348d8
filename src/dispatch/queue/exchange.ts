import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { Link, type LinkOptions } from './connection.js';
import { answersKey, QUEUE_NAME, RUN_TTL_MS, runKey, type AnswerMessage, type JobData } from './messages.js';
import type { QueuePackages } from './packages.js';

const READ_COUNT = 64;
const READ_BLOCK_MS = 1_000;
/** Time limit for tidying up at the end of a run. */
const CLOSE_MS = 2_000;

export interface ExchangeOptions extends LinkOptions {
  run: string;
  /** @param acknowledge takes the message out of Redis; called when its records are written */
  onMessage: (message: AnswerMessage, acknowledge: () => void) => void;
}

/** What a coordinator says to Redis: jobs go to the queue, answers come from the run's stream. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #link: Link;
  readonly #reader: Redis;
  readonly #queue: Queue;
  /** Jobs that Redis does not have, with `#emptyReads` when that was seen first. */
  #missing = new Map<string, number>();
  /** How often all answers had been read. */
  #emptyReads = 0;
  #closed = false;

  constructor(packages: QueuePackages, options: ExchangeOptions) {
    this.#options = options;
    this.#link = new Link(packages, options);
    this.#reader = this.#link.redis.duplicate();
    this.#reader.on('error', () => undefined); // the link reports it
    this.#queue = new packages.bullmq.Queue(QUEUE_NAME, {
      connection: this.#link.redis,
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    });
    this.#queue.on('error', () => undefined);
    void this.#read();
  }

  get isReady(): boolean {
    return this.#link.isReady;
  }

  onceReady(listener: () => void): void {
    this.#link.redis.once('ready', listener);
  }

  getWorkers(): ReturnType<Queue['getWorkers']> {
    return this.#queue.getWorkers();
  }

  /** Puts a job into the queue; while Redis is away, when it is back. */
  add(id: string, data: JobData): void {
    this.#queue.add('predict', data, { jobId: id }).catch(() => undefined); // `vanished` finds it
  }

  /** Tells the workers that the run goes on. */
  async stayAlive(): Promise<void> {
    await this.#link.redis.set(runKey(this.#options.run), '1', 'PX', RUN_TTL_MS);
  }

  /** The jobs that Redis has lost: it does not have them, and all their answers were read since. */
  async vanished(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const reads = this.#emptyReads;
    const pipeline = this.#link.redis.pipeline();
    for (const id of ids) pipeline.exists(this.#queue.toKey(id));
    const found = (await pipeline.exec()) ?? [];
    const missing = ids.filter((_, i) => found[i]?.[1] === 0);
    this.#missing = new Map(missing.map((id) => [id, this.#missing.get(id) ?? reads]));
    return missing.filter((id) => reads >= (this.#missing.get(id) ?? reads) + 2);
  }

  /** Takes back the jobs that no worker has, and tells workers to stop the others. */
  async leaveOff(ids: readonly string[]): Promise<void> {
    await this.#link.redis.del(runKey(this.#options.run));
    await Promise.all(ids.map((id) => this.#queue.remove(id).catch(() => 0)));
  }

  /** Leaves nothing of the run in Redis, if it is there. */
  async close(ids: readonly string[]): Promise<void> {
    this.#closed = true;
    if (this.#link.isReady) {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
      const tidy = async (): Promise<void> => {
        await this.leaveOff(ids);
        await this.#link.redis.del(answersKey(this.#options.run));
      };
      await Promise.race([tidy().catch(() => undefined), patience]);
      clearTimeout(timer);
    }
    this.#reader.disconnect();
    await this.#queue.close().catch(() => undefined);
    this.#link.close();
  }

  async #read(): Promise<void> {
    const key = answersKey(this.#options.run);
    let last = '0-0';
    for (;;) {
      try {
        const answer = await this.#reader.xread(
          'COUNT',
          READ_COUNT,
          'BLOCK',
          READ_BLOCK_MS,
          'STREAMS',
          key,
          last,
        );
        for (const [, entries] of (answer ?? []) as [string, [string, string[]][]][]) {
          for (const [id, [, text = '']] of entries) {
            last = id;
            this.#options.onMessage(JSON.parse(text) as AnswerMessage, () => {
              this.#link.redis.xdel(key, id).catch(() => undefined);
            });
          }
        }
        if (answer === null) this.#emptyReads++;
      } catch {
        if (this.#closed) return;
        await new Promise((resolve) => setTimeout(resolve, READ_BLOCK_MS / 10));
      }
    }
  }
}
