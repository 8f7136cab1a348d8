import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FdeployError } from '../../contracts/errors.js';
import type { FromThumbnailProcess, Thumbnail, ThumbnailRequest } from './messages.js';

/** The outcome of a request: a thumbnail, or why there is none. */
export type ThumbnailOutcome =
  | { readonly kind: 'made'; readonly thumbnail: Thumbnail }
  | { readonly kind: 'missing' | 'refused' | 'overdue' | 'crashed' | 'given-up' };

const HEAP_MIB = 512;

/** Setting for glibc, whose arenas keep freed memory. An existing setting takes precedence. */
const MALLOC_ARENAS = '2';

/** A process that makes one thumbnail at a time and can be killed at any time. */
export class ThumbnailProcess {
  readonly #child: ChildProcess;
  readonly #started: Promise<void>;
  #settle: ((outcome: ThumbnailOutcome) => void) | undefined;
  #ended = false;
  /** Why it is being killed. */
  #why: 'crashed' | 'overdue' | 'given-up' = 'crashed';

  constructor(entry: URL) {
    this.#child = fork(fileURLToPath(entry), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [`--max-old-space-size=${HEAP_MIB}`],
      env: { MALLOC_ARENA_MAX: MALLOC_ARENAS, ...process.env },
    });
    this.#started = new Promise((resolve, reject) => {
      const failed = (reason: string): void => {
        const message = `the process that makes the report's thumbnails cannot be started: ${reason}`;
        reject(new FdeployError('OUTPUT_FAILED', message));
      };
      this.#child.on('message', (message: FromThumbnailProcess) => {
        if (message.type === 'ready') resolve();
        else if (message.type === 'failed') failed(message.reason);
        else this.#answer(message);
      });
      this.#child.on('error', (error) => {
        failed(error.message);
      });
      this.#child.on('exit', (code, signal) => {
        this.#ended = true;
        if (this.#why === 'crashed') failed(signal ?? `exit code ${code ?? 'unknown'}`);
        else resolve();
        this.#settle?.({ kind: this.#why });
      });
    });
    this.#started.catch(() => undefined); // reported to the caller that makes a thumbnail
  }

  /** Whether it takes no more requests. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * @param timeoutMs time limit after the start of the process, in milliseconds; then it is killed
   * @throws FdeployError OUTPUT_FAILED if the process cannot be started
   */
  async make(request: ThumbnailRequest, timeoutMs: number): Promise<ThumbnailOutcome> {
    await this.#started;
    if (this.#ended) return { kind: this.#why };
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end('overdue');
      }, timeoutMs);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(outcome);
      };
      this.#child.send(request, () => undefined); // if it is ending, `exit` follows
    });
  }

  #answer(message: Extract<FromThumbnailProcess, { type: 'made' | 'refused' }>): void {
    if (message.type === 'made') this.#settle?.({ kind: 'made', thumbnail: message.thumbnail });
    else this.#settle?.({ kind: message.missing ? 'missing' : 'refused' });
  }

  end(why: 'overdue' | 'given-up'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#why = why;
    this.#child.kill('SIGKILL');
    this.#settle?.({ kind: why });
  }
}
