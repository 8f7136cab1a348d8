import type { Redis } from 'ioredis';
import { FdeployError } from '../../contracts/errors.js';
import type { Notify } from '../../contracts/spec.js';
import type { QueuePackages } from './packages.js';

const CONNECT_TIMEOUT_MS = 5_000;
const LONGEST_WAIT_MS = 1_000;
const REFUSED = /NOAUTH|WRONGPASS|NOPERM|invalid (username|password)|DB index is out of range/i;

export interface LinkOptions {
  /** `redis://` or `rediss://`, with the password. */
  url: string;
  /** The longest that Redis may be away, in milliseconds. */
  timeoutMs: number;
  notify: Notify;
  /** Called once, if Redis stays away or refuses the connection. */
  onLost: (error: FdeployError) => void;
}

/** A queue's address without user, password and query, for people. */
export function shownAddress(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** A connection to Redis that connects again by itself. Commands wait meanwhile. */
export class Link {
  readonly redis: Redis;
  readonly #options: LinkOptions;
  readonly #shown: string;
  #away: NodeJS.Timeout | undefined;
  #wasAway = false;
  #closed = false;

  constructor({ ioredis }: QueuePackages, options: LinkOptions) {
    this.#options = options;
    this.#shown = shownAddress(options.url);
    this.redis = new ioredis.Redis(options.url, {
      maxRetriesPerRequest: null,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepAlive: CONNECT_TIMEOUT_MS,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), LONGEST_WAIT_MS),
    });
    this.#startWaiting();
    this.redis.on('error', (error: Error) => {
      if (REFUSED.test(error.message)) this.#refused(error);
    });
    this.redis.on('close', () => {
      this.#startWaiting();
    });
    this.redis.on('ready', () => {
      clearTimeout(this.#away);
      this.#away = undefined;
      if (this.#wasAway) options.notify(`the queue at ${this.#shown} is back`);
      this.#wasAway = false;
    });
  }

  /** Whether commands are answered now. */
  get isReady(): boolean {
    return this.redis.status === 'ready';
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#away);
    this.redis.disconnect();
  }

  #startWaiting(): void {
    if (this.#closed || this.#away) return;
    const { timeoutMs, notify, onLost } = this.#options;
    const since = performance.now();
    const say = setTimeout(() => {
      if (this.#away && !this.#closed) {
        this.#wasAway = true;
        notify(`the queue at ${this.#shown} does not answer: waiting`);
      }
    }, LONGEST_WAIT_MS);
    say.unref();
    this.#away = setTimeout(() => {
      const seconds = Math.round((performance.now() - since) / 1000);
      const message = `the queue at ${this.#shown} did not answer for ${seconds} s`;
      onLost(new FdeployError('QUEUE_UNAVAILABLE', message, { file: '--queue' }));
    }, timeoutMs);
  }

  #refused(cause: Error): void {
    if (this.#closed) return;
    const message = `the queue at ${this.#shown} refuses the connection: check user, password and database`;
    this.#options.onLost(new FdeployError('BAD_OPTION', message, { file: '--queue', cause }));
  }
}
