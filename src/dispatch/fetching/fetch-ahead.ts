import type { Completion, JobSource } from '../../contracts/dispatcher.js';
import { asFdeployError, serializeError } from '../../contracts/errors.js';
import type { Job } from '../../contracts/protocol.js';
import { SourceFailed, type RemoteFiles } from '../../sources/remote/remote-files.js';
import { SharedFiles, type SharedFile } from './shared-files.js';

/** Sources that are fetched at a time. */
const MOST_FETCHING = 32;
/** Sources that are fetched or being fetched and wait for a worker. */
const MOST_AHEAD = 128;

/** A job on its way. */
interface Entry {
  readonly job: Job;
  /** The job with a file, or with the reason why there is none; undefined while it is being fetched. */
  fetched: Job | undefined;
}

/** A job that was handed on, until it is completed. */
interface Handed {
  readonly job: Job;
  readonly file?: SharedFile;
  /** Attempts to fetch it, which failed. */
  readonly attempts?: number;
}

/**
 * Jobs whose sources lie elsewhere become jobs with files: they are fetched ahead of those that take them. Jobs with files pass
 * through. A job whose source cannot be fetched is handed on with the reason, which becomes its record.
 */
export class FetchAhead implements JobSource {
  readonly #jobs: JobSource;
  readonly #files: RemoteFiles;
  readonly #shared: SharedFiles;
  readonly #ordered: boolean;
  readonly #entries: Entry[] = [];
  readonly #handed = new Map<number, Handed>();
  readonly #stopped = new AbortController();
  #fetching = 0;
  #changed: () => void = () => undefined;

  /** @param ordered whether jobs are handed on in the order of `jobs`; else a slow one does not hold up the others */
  constructor(jobs: JobSource, files: RemoteFiles, ordered: boolean) {
    this.#jobs = jobs;
    this.#files = files;
    this.#shared = new SharedFiles(files);
    this.#ordered = ordered;
  }

  /** Starts to fetch, while the workers start. */
  begin(): void {
    this.#pull();
  }

  take(): Job | undefined {
    if (this.#entries.length === 0) {
      const job = this.#stopped.signal.aborted ? undefined : this.#jobs.take();
      if (job === undefined || !isRemote(job)) return job;
      this.#enter(job);
      this.#pull();
    }
    const at = this.#ordered ? 0 : this.#entries.findIndex(({ fetched }) => fetched !== undefined);
    const job = this.#entries[at]?.fetched;
    if (job === undefined) return undefined;
    this.#entries.splice(at, 1);
    this.#pull();
    return job;
  }

  get ready(): number {
    return this.#entries.length + this.#jobs.ready;
  }

  get ended(): boolean {
    return this.#jobs.ended && this.#fetching === 0;
  }

  /** Jobs that were taken and not handed on. */
  get held(): number {
    return this.#entries.length;
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
    this.#jobs.onChange(() => {
      this.#pull();
      listener();
    });
  }

  /** The completion of the job as it was taken. Its file is removed. */
  completed(completion: Completion): Completion {
    const handed = this.#handed.get(completion.job.index);
    if (!handed) return completion;
    this.#handed.delete(completion.job.index);
    handed.file?.release();
    this.#pull();
    return { ...completion, job: handed.job, attempts: handed.attempts ?? completion.attempts };
  }

  /** Fetches nothing more. */
  stop(): void {
    this.#stopped.abort();
  }

  #pull(): void {
    while (this.#hasRoom) {
      const job = this.#jobs.take();
      if (job === undefined) return;
      this.#enter(job);
      // A file waits for nothing: only what follows a source from elsewhere waits behind it.
      if (this.#fetching === 0) return;
    }
  }

  get #hasRoom(): boolean {
    if (this.#stopped.signal.aborted) return false;
    if (this.#entries.length === 0) return true;
    return this.#fetching < MOST_FETCHING && this.#entries.length < MOST_AHEAD && this.#files.hasRoom;
  }

  #enter(job: Job): void {
    const entry: Entry = { job, fetched: isRemote(job) ? undefined : job };
    this.#entries.push(entry);
    if (entry.fetched === undefined) void this.#fetch(entry);
  }

  async #fetch(entry: Entry): Promise<void> {
    const { job } = entry;
    this.#fetching++;
    try {
      const file = await this.#shared.take(job.source, this.#stopped.signal);
      this.#handed.set(job.index, { job, file });
      entry.fetched = { ...job, source: { ...job.source, locator: file.locator } };
    } catch (error) {
      if (!this.#stopped.signal.aborted) {
        const failure = serializeError(asFdeployError(error, 'SOURCE_FAILED', job.source.name));
        this.#handed.set(job.index, {
          job,
          ...(error instanceof SourceFailed && { attempts: error.attempts }),
        });
        entry.fetched = { ...job, source: { ...job.source, failure } };
      }
    }
    this.#fetching--;
    this.#pull();
    this.#changed();
  }
}

function isRemote({ source: { locator, failure } }: Job): boolean {
  return failure === undefined && locator.kind !== 'file';
}
