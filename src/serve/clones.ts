import type { Completion, Dispatcher, JobSource, MakeDispatcher } from '../contracts/dispatcher.js';
import type { Job } from '../contracts/protocol.js';

type OnAnswer = (completion: Completion) => void;

/** Pictures of one job of the queue. */
export class Batch {
  readonly #left: Set<Job>;
  readonly #onAnswer: OnAnswer;
  readonly ended: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(pictures: readonly Job[], onAnswer: OnAnswer) {
    this.#left = new Set(pictures);
    this.#onAnswer = onAnswer;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ended.catch(() => undefined);
  }

  answer(picture: Job, completion: Completion): void {
    if (!this.#left.has(picture)) return;
    this.#onAnswer({ ...completion, job: picture });
    this.drop(picture);
  }

  drop(picture: Job): void {
    this.#left.delete(picture);
    if (this.#left.size === 0) this.#resolve();
  }

  /** Ends the batch; pictures that are not answered are the coordinator's again. */
  end(error?: unknown): void {
    if (error === undefined) this.#resolve();
    else this.#reject(error);
  }
}

interface Waiting {
  batch: Batch;
  picture: Job;
}

/** The jobs of a local dispatcher, from batches that come one after another. */
class BatchSource implements JobSource {
  readonly #waiting: Job[] = [];
  readonly #all = new Map<number, Waiting>();
  #next = 0;
  #changed: () => void = () => undefined;
  ended = false;

  get ready(): number {
    return this.#waiting.length;
  }

  get isIdle(): boolean {
    return this.#all.size === 0;
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  take(): Job | undefined {
    return this.#waiting.shift();
  }

  add(batch: Batch, pictures: readonly Job[]): void {
    for (const picture of pictures) {
      const index = this.#next++;
      this.#all.set(index, { batch, picture });
      this.#waiting.push({ ...picture, index });
    }
    this.#changed();
  }

  answered(completion: Completion): void {
    const found = this.#all.get(completion.job.index);
    this.#all.delete(completion.job.index);
    found?.batch.answer(found.picture, completion);
  }

  /** Drops what no clone has taken. */
  cancel(batch: Batch): void {
    for (const job of this.#waiting.splice(0)) {
      const found = this.#all.get(job.index);
      if (found?.batch === batch) {
        this.#all.delete(job.index);
        batch.drop(found.picture);
      } else this.#waiting.push(job);
    }
  }

  finish(): void {
    this.ended = true;
    this.#changed();
  }

  endAll(error?: unknown): void {
    for (const { batch } of this.#all.values()) batch.end(error);
    this.#all.clear();
    this.#waiting.length = 0;
  }
}

/** The clones of one model, which predict batch after batch. */
export class Clones {
  readonly #source = new BatchSource();
  readonly #dispatcher: Dispatcher;
  readonly #over: Promise<void>;
  /** Why the clones are gone, once they are. */
  failure: Error | undefined;

  /** @param hand pictures in work at a time */
  constructor(
    make: (jobs: JobSource) => ReturnType<MakeDispatcher>,
    readonly hand: number,
  ) {
    this.#dispatcher = make(this.#source);
    this.#over = this.#predict();
  }

  get isIdle(): boolean {
    return this.#source.isIdle;
  }

  /** @throws why the clones ended; pictures that were dropped are not answered */
  async predict(pictures: readonly Job[], onAnswer: OnAnswer, stop: AbortSignal): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const batch = new Batch(pictures, onAnswer);
    const cancel = (): void => {
      this.#source.cancel(batch);
    };
    this.#source.add(batch, pictures);
    stop.addEventListener('abort', cancel, { once: true });
    if (stop.aborted) cancel();
    await batch.ended.finally(() => {
      stop.removeEventListener('abort', cancel);
    });
  }

  /** Finishes the pictures in inference; all others stay unanswered. */
  async close(): Promise<void> {
    this.#source.finish();
    this.#dispatcher.drain();
    await this.#over;
  }

  async #predict(): Promise<void> {
    try {
      for await (const completion of this.#dispatcher.completions()) this.#source.answered(completion);
      this.failure = new Error('the clones are closed');
      this.#source.endAll();
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error), { cause: error });
      this.#source.endAll(this.failure);
    }
  }
}
