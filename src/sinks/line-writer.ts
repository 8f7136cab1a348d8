import { FdeployError } from '../contracts/errors.js';
import { ReaderGone } from './sink.js';
import type { Target } from './target.js';

/** A batch is written when it reaches this many bytes, or when its first record has waited this long. */
const BATCH_BYTES = 64 * 1024;
const BATCH_MS = 200;

/** Writes records in bounded batches, and counts those that are completely written. */
export class LineWriter {
  readonly #target: Target;
  /** Text to write before everything else. */
  #head: string;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #waitingRecords = 0;
  #safe = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  /** @param head text before the first record; it is written with it, or with the end if there is none */
  constructor(target: Target, head = '') {
    this.#target = target;
    this.#head = head;
  }

  /** Number of records written to the target. */
  get safe(): number {
    return this.#safe;
  }

  /**
   * Queues text that must be written together. Resolves when there is room for more.
   * @param records number of records that it completes
   * @throws FdeployError OUTPUT_FAILED, or ReaderGone, also of an earlier batch
   */
  async write(text: string, records: number): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.#waiting.push(text);
    this.#waitingBytes += Buffer.byteLength(text);
    this.#waitingRecords += records;
    if (this.#waitingBytes >= BATCH_BYTES) await this.flush();
    else
      this.#timer ??= setTimeout(() => {
        this.flush().catch(() => undefined); // the next write or the end throws it
      }, BATCH_MS);
  }

  /** Writes the queued text. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#waiting.join('');
    const records = this.#waitingRecords;
    this.#waiting = [];
    this.#waitingBytes = this.#waitingRecords = 0;
    this.#writing = this.#writing.then(() => this.#writeBatch(text, records));
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  async #writeBatch(text: string, records: number): Promise<void> {
    const bytes = Buffer.from(this.#head + text);
    if (this.#failure || bytes.length === 0) return;
    try {
      await this.#target.write(bytes);
      this.#head = '';
      this.#safe += records;
    } catch (error) {
      this.#failure = await this.#fail(error);
    }
  }

  /**
   * Writes the queued text and closes the target.
   * @param tail text that completes the output; also attempted after a failure
   */
  async end(tail = ''): Promise<void> {
    try {
      this.#waiting.push(tail);
      await this.flush();
    } finally {
      if (this.#failure && !(this.#failure instanceof ReaderGone) && tail !== '') {
        await this.#target.write(Buffer.from(this.#head + tail)).catch(() => this.#rollBack());
      }
      await this.#close();
    }
  }

  /** A device cannot be rolled back. For a file, `--resume` removes an incomplete line. */
  async #rollBack(): Promise<void> {
    await this.#target.rollBack().catch(() => undefined);
  }

  async #close(): Promise<void> {
    try {
      await this.#target.close();
    } catch (error) {
      if (!this.#failure) throw await this.#fail(error);
    }
  }

  async #fail(cause: unknown): Promise<Error> {
    if (cause instanceof ReaderGone) return cause;
    if (['EPIPE', 'ERR_STREAM_DESTROYED'].includes((cause as NodeJS.ErrnoException).code ?? '')) {
      return new ReaderGone('the reader closed the output', { cause });
    }
    await this.#rollBack();
    const { message } = cause as Error;
    return new FdeployError(
      'OUTPUT_FAILED',
      `writing ${this.#target.name} failed (${message}); ${this.#safe} records of this run are complete in it`,
      { file: this.#target.name, cause },
    );
  }
}
