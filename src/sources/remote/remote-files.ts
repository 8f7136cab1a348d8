import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError } from '../../contracts/errors.js';
import type { FileLocator, Locator, S3Locator, Source } from '../../contracts/source.js';
import { privateFolder } from '../../files/private-folder.js';
import { ByteBudget } from './byte-budget.js';
import { FetchFault } from './fault.js';
import { HttpOpener } from './http-opener.js';
import type { FetchSettings, OpenedSource } from './opened.js';
import { FetchFailed, withRetries } from './retry.js';
import { s3Address } from './s3/address.js';
import { S3Files, type KeyPage } from './s3/s3-files.js';
import { Waits, type FetchTimes } from './waits.js';

/** Bytes of files that are fetched ahead. */
const BUDGET_BYTES = 256 * 2 ** 20;
/** Of documents whose pages were counted, and which may be predicted soon. */
const KEPT_BYTES = 64 * 2 ** 20;
/** Larger files are not fetched, as larger pictures are not read. */
const MOST_BYTES = 2 ** 31 - 1;

const TIMES: FetchTimes = { silenceMs: 30_000, totalMs: 300_000 };

/** A source that was fetched. */
export interface FetchedFile {
  readonly locator: FileLocator;
  readonly bytes: number;
  /** Removes it. Nobody reads it any more. */
  release(): void;
}

/** Thrown if a source cannot be fetched. */
export class SourceFailed extends FdeployError {
  constructor(
    name: string,
    { fault }: FetchFailed,
    readonly attempts: number,
    done: 'fetched' | 'listed' = 'fetched',
  ) {
    const after = attempts === 1 ? '' : `, after ${attempts} attempts`;
    super('SOURCE_FAILED', `${name} cannot be ${done}: ${fault.message}${after}.`, {
      file: name,
      cause: fault,
      ...(fault.status !== undefined && { found: fault.status.toString() }),
    });
  }
}

/** Fetches sources that are not files of this machine into temporary files. Their number and bytes at a time are bounded. */
export class RemoteFiles {
  readonly #settings: FetchSettings;
  readonly #times: FetchTimes;
  readonly #budget = new ByteBudget(BUDGET_BYTES);
  readonly #http: HttpOpener;
  readonly #s3 = new S3Files();
  readonly #kept = new Map<string, FetchedFile>();
  readonly #closed = new AbortController();
  #keptBytes = 0;
  #count = 0;
  #folder: Promise<string> | undefined;

  constructor(settings: FetchSettings = {}, times: FetchTimes = TIMES) {
    this.#settings = settings;
    this.#times = times;
    this.#http = new HttpOpener(settings);
  }

  /** Whether more may be fetched ahead now. */
  get hasRoom(): boolean {
    return this.#budget.hasRoom;
  }

  /**
   * @throws SourceFailed; the signal's reason
   */
  async fetch({ name, locator }: Source, signal: AbortSignal): Promise<FetchedFile> {
    const key = locatorKey(locator);
    const kept = this.#kept.get(key);
    if (kept) {
      this.#forget(key, kept);
      return kept;
    }
    const refusal = this.#settings.rule?.refusal(locator);
    if (refusal !== undefined) throw new SourceFailed(name, new FetchFailed(new FetchFault(refusal), 1), 1);
    const either = AbortSignal.any([signal, this.#closed.signal]);
    try {
      return await withRetries(() => this.#attempt(locator, either), either);
    } catch (error) {
      if (error instanceof FetchFailed) throw new SourceFailed(name, error, error.attempts);
      throw error;
    }
  }

  /**
   * All keys of a bucket that begin with the locator's. The next page is asked for while one is read.
   * @throws SourceFailed; FdeployError PACKAGE_MISSING; the signal's reason
   */
  async *keys(prefix: S3Locator, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    const either = AbortSignal.any([signal, this.#closed.signal]);
    const list = (from?: string): Promise<KeyPage> => this.#list(prefix, from, either);
    let coming: Promise<KeyPage> | undefined = list();
    while (coming) {
      const { keys, next }: KeyPage = await coming;
      coming = next === undefined ? undefined : list(next);
      coming?.catch(() => undefined); // thrown where it is awaited
      yield* keys;
    }
  }

  /** Keeps a file that was fetched for another who will soon ask for it. The oldest are removed where there are too many. */
  keep({ locator }: Source, file: FetchedFile): void {
    const key = locatorKey(locator);
    if (this.#kept.has(key)) {
      file.release();
      return;
    }
    this.#kept.set(key, file);
    this.#keptBytes += file.bytes;
    for (const [oldKey, old] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES) break;
      this.#forget(oldKey, old);
      old.release();
    }
  }

  /** Ends all connections, and removes what was kept. */
  close(): void {
    this.#closed.abort();
    for (const [key, file] of this.#kept) {
      this.#forget(key, file);
      file.release();
    }
    this.#http.close();
    this.#s3.close();
  }

  async #list(prefix: S3Locator, from: string | undefined, signal: AbortSignal): Promise<KeyPage> {
    try {
      return await withRetries(
        () => new Waits(this.#times).opening(signal, (either) => this.#s3.list(prefix, from, either)),
        signal,
      );
    } catch (error) {
      if (error instanceof FetchFailed)
        throw new SourceFailed(s3Address(prefix), error, error.attempts, 'listed');
      throw error;
    }
  }

  #forget(key: string, file: FetchedFile): void {
    this.#kept.delete(key);
    this.#keptBytes -= file.bytes;
  }

  async #attempt(locator: Locator, signal: AbortSignal): Promise<FetchedFile> {
    const timer = new Waits(this.#times);
    const opened = await timer.opening(signal, (either) => this.#open(locator, either));
    this.#folder ??= makeFolder();
    const file = path.join(await this.#folder, (this.#count++).toString());
    const bytes = await this.#store(opened, file, timer, signal);
    return {
      locator: { kind: 'file', path: file },
      bytes,
      release: () => {
        this.#budget.giveBack(bytes);
        void rm(file, { force: true }).catch(() => undefined); // the folder is removed at the end
      },
    };
  }

  #open(locator: Locator, signal: AbortSignal): Promise<OpenedSource> {
    switch (locator.kind) {
      case 'http':
        return this.#http.open(locator, signal);
      case 's3':
        return this.#s3.open(locator, signal);
      case 'file':
        throw new FdeployError('INTERNAL', 'A file of this machine is not fetched.');
    }
  }

  /** @returns how many bytes there were */
  async #store(
    { length, body, destroy }: OpenedSource,
    file: string,
    timer: Waits,
    signal: AbortSignal,
  ): Promise<number> {
    const holder = {};
    const leave = (): void => {
      this.#budget.end(holder);
    };
    let bytes = 0;
    this.#budget.begin(holder);
    signal.addEventListener('abort', leave, { once: true });
    try {
      const handle = await open(file, 'wx', 0o600);
      try {
        checkSize(length ?? 0);
        for await (const chunk of timer.parts(body, destroy)) {
          checkSize(bytes + chunk.length);
          await this.#budget.take(holder, chunk.length);
          bytes += chunk.length;
          await handle.writeFile(chunk);
        }
      } finally {
        await handle.close();
      }
      if (length !== undefined && bytes !== length) {
        throw new FetchFault(`only ${bytes} of ${length} bytes came`, { transient: true });
      }
      return bytes;
    } catch (error) {
      destroy(new Error('left'));
      this.#budget.giveBack(bytes);
      await rm(file, { force: true });
      throw error;
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }
}

/** Equal for two mentions of one address. */
export function locatorKey(locator: Locator): string {
  switch (locator.kind) {
    case 'file':
      return locator.path;
    case 'http':
      return locator.url;
    case 's3':
      return s3Address(locator);
  }
}

/** @throws FetchFault */
function checkSize(bytes: number): void {
  if (bytes > MOST_BYTES) throw new FetchFault(`it has more than ${MOST_BYTES} bytes`);
}

async function makeFolder(): Promise<string> {
  const folder = path.join(await privateFolder(), 'fetched', process.hrtime.bigint().toString(36));
  await mkdir(folder, { recursive: true });
  return folder;
}
