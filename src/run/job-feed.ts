import { asFdeployError, FdeployError } from '../contracts/errors.js';
import type { Job } from '../contracts/protocol.js';
import type { Feed } from '../contracts/run.js';
import { sourceKey, type Source } from '../contracts/source.js';

/** Maximum number of jobs read ahead, which bounds the memory for long lists. */
const AHEAD = 32_768;
/** Reading continues when this few jobs are left. */
const LOW = AHEAD / 2;
/** A run starts when this many jobs are known, or all, or this long after the first job. */
const FIRST_LOOK = 4096;
const FIRST_LOOK_MS = 200;
/** Time limit for counting the rest of a list after a run was stopped. */
const COUNT_MS = 1000;

/** Number of sources after which reading yields to other work. */
const TURN = 1024;

/** The keys of sources that are answered already. */
export interface Answered {
  has(key: string): boolean;
}

export interface FeedOptions {
  /** Keys of the sources to skip. */
  done?: Answered;
  /** Called for every source that is skipped. */
  onSkip?: (source: Source) => void;
  /** Called when the list has been read completely. */
  onEnd?: () => void;
  /** Called when the listing is abandoned, to end what reads it. */
  onLeft?: () => void;
}

type Sources = AsyncIterable<Source> | Iterable<Source>;

/** Reads a list of sources while its jobs are predicted, and assigns their indices. */
export class JobFeed implements Feed {
  readonly #listing: AsyncIterator<Source> | Iterator<Source>;
  readonly #options: FeedOptions;
  /** A queue: jobs before `#next` have been taken. */
  #jobs: Job[] = [];
  #next = 0;
  #counted = 0;
  #stopped = false;
  /** Counting has stopped. */
  #left = false;
  #changed: () => void = () => undefined;
  #roomMade: (() => void) | undefined;
  #reading: Promise<void> = Promise.resolve();
  first: Source | undefined;
  listed = 0;
  skipped = 0;
  hasPages = false;
  ended = false;
  failure: FdeployError | undefined;

  private constructor(listing: Sources, options: FeedOptions) {
    this.#listing =
      Symbol.asyncIterator in listing ? listing[Symbol.asyncIterator]() : listing[Symbol.iterator]();
    this.#options = options;
  }

  /**
   * Starts reading `listing`. Resolves when the first jobs are known.
   * @throws what the listing throws until then
   */
  static async open(listing: Sources, options: FeedOptions = {}): Promise<JobFeed> {
    const feed = new JobFeed(listing, options);
    let known: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (known = resolve));
    let patience: NodeJS.Timeout | undefined;
    feed.#changed = () => {
      if (feed.ended || feed.ready >= FIRST_LOOK) known();
      else patience ??= setTimeout(known, FIRST_LOOK_MS);
    };
    feed.#reading = feed.#read();
    await first;
    clearTimeout(patience);
    feed.#changed = () => undefined;
    if (feed.failure) throw feed.failure.cause;
    return feed;
  }

  get ready(): number {
    return this.#stopped ? 0 : this.#jobs.length - this.#next;
  }

  get untaken(): number {
    return this.#jobs.length - this.#next + this.#counted;
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  take(): Job | undefined {
    if (this.ready === 0) return undefined;
    const job = this.#jobs[this.#next++];
    if (this.#next >= LOW) {
      this.#jobs = this.#jobs.slice(this.#next);
      this.#next = 0;
    }
    if (this.ready <= LOW) this.#makeRoom();
    return job;
  }

  async stop(countMs = COUNT_MS): Promise<void> {
    this.#stopped = true;
    this.#makeRoom();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, countMs)));
    await Promise.race([this.#reading, patience]);
    clearTimeout(timer);
    if (this.ended) return;
    this.#left = true;
    this.#options.onLeft?.();
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const next = await this.#listing.next();
        if (next.done === true) break;
        if (this.#left) {
          await this.#listing.return?.();
          break;
        }
        this.#add(next.value);
        if (this.listed % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
        if (this.ready >= AHEAD) await new Promise<void>((resolve) => (this.#roomMade = resolve));
      }
    } catch (cause) {
      if (!this.#stopped) this.failure = listingFailed(cause);
    }
    this.ended = true;
    this.#options.onEnd?.();
    this.#changed();
  }

  #add(source: Source): void {
    this.first ??= source;
    this.hasPages ||= source.page !== undefined;
    const index = this.listed++;
    if (this.#options.done?.has(sourceKey(source))) {
      this.skipped++;
      this.#options.onSkip?.(source);
    } else if (this.#stopped) this.#counted++;
    else {
      this.#jobs.push({ index, source });
      if (this.ready === 1 || this.ready === FIRST_LOOK) this.#changed();
    }
  }

  #makeRoom(): void {
    this.#roomMade?.();
    this.#roomMade = undefined;
  }
}

function listingFailed(cause: unknown): FdeployError {
  const { message, file } = asFdeployError(cause);
  return new FdeployError('LISTING_FAILED', `the list of inputs broke off: ${message}`, {
    cause,
    ...(file !== undefined && { file }),
  });
}
