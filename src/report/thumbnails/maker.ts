import pLimit, { type LimitFunction } from 'p-limit';
import type { ThumbnailRequest } from './messages.js';
import { ThumbnailProcess, type ThumbnailOutcome } from './process.js';

const ENTRY = new URL('./entry.js', import.meta.url);

/** Time limit per thumbnail. */
export const THUMBNAIL_SECONDS = 20;

/** Maximum number of waiting requests; each holds at most a small mask. */
const WAITING_PER_PROCESS = 32;

export interface ThumbnailMakerOptions {
  /** Maximum number; they are started when needed. */
  processes: number;
  /** Left out: THUMBNAIL_SECONDS. */
  seconds?: number;
  /** What the processes run. */
  entry?: URL;
}

/** Makes thumbnails in separate processes: a picture that hangs or crashes its decoder only loses its thumbnail. */
export class ThumbnailMaker {
  readonly #entry: URL;
  readonly #timeoutMs: number;
  readonly #mostWaiting: number;
  readonly #limit: LimitFunction;
  readonly #processes = new Set<ThumbnailProcess>();
  readonly #idle: ThumbnailProcess[] = [];
  readonly #roomFor: (() => void)[] = [];
  #over = false;

  constructor({ processes, seconds = THUMBNAIL_SECONDS, entry = ENTRY }: ThumbnailMakerOptions) {
    this.#entry = entry;
    this.#timeoutMs = seconds * 1000;
    this.#mostWaiting = WAITING_PER_PROCESS * processes;
    this.#limit = pLimit(processes);
  }

  /** Resolves when another request may be made. Callers wait for it to keep memory bounded. */
  async room(): Promise<void> {
    while (!this.#over && this.#limit.pendingCount >= this.#mostWaiting)
      await new Promise<void>((resolve) => this.#roomFor.push(resolve));
  }

  /** @throws FdeployError OUTPUT_FAILED if no process can be started */
  make(request: ThumbnailRequest): Promise<ThumbnailOutcome> {
    return this.#limit(async () => {
      this.#roomFor.shift()?.();
      if (this.#over) return { kind: 'given-up' };
      const process = this.#idle.pop() ?? this.#start();
      try {
        return await process.make(request, this.#timeoutMs);
      } finally {
        if (process.ended) this.#processes.delete(process);
        else this.#idle.push(process);
      }
    });
  }

  #start(): ThumbnailProcess {
    const process = new ThumbnailProcess(this.#entry);
    this.#processes.add(process);
    return process;
  }

  /** Ends the processes. Waiting requests get no thumbnail. */
  end(): void {
    this.#over = true;
    for (const process of this.#processes) process.end('given-up');
    this.#processes.clear();
    for (const goOn of this.#roomFor.splice(0)) goOn();
  }
}
