import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { deserializeError, FdeployError } from '../../contracts/errors.js';
import type { Picture } from '../../contracts/picture.js';
import { pageName, type DocumentFile, type RenderSettings } from '../document-file.js';
import type { PdfAnswer, PdfRequest } from './messages.js';

const ENTRY = new URL('./thread-entry.js', import.meta.url);

/** Time limits, in milliseconds. */
export interface PdfLimits {
  /** To open a document and count its pages. */
  readonly countMs: number;
  /** To render a page, the opening of its document included. */
  readonly renderMs: number;
}
const LIMITS: PdfLimits = { countMs: 30_000, renderMs: 60_000 };

/** A thread whose PDFium has taken more memory than this is replaced: the memory never shrinks. */
const KEPT_HEAP_BYTES = 192 * 2 ** 20;

/** JavaScript heap of the thread. PDFium and pixels are outside it. */
const HEAP_MIB = 256;

type Outcome = PdfAnswer | { readonly type: 'overdue' };

/**
 * Reads PDFs in a thread of its own, one request after another. A document that takes too long, too much memory or breaks PDFium
 * fails, and the next request starts a new thread. The thread starts with the first request and keeps nothing alive.
 */
export class PdfThread {
  readonly #limits: PdfLimits;
  readonly #inTurn = pLimit(1);
  #worker: Worker | undefined;

  constructor(limits: PdfLimits = LIMITS) {
    this.#limits = limits;
  }

  /** @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TOO_LARGE, TIMEOUT, PACKAGE_MISSING */
  async count(file: DocumentFile): Promise<number> {
    const { countMs } = this.#limits;
    const answer = await this.#ask({ type: 'count', file }, countMs);
    if (answer.type === 'counted') return answer.pages;
    throw errorOf(answer, file.name, 'opened', countMs);
  }

  /**
   * @param page from 1
   * @throws FdeployError as `count` does
   */
  async render(file: DocumentFile, page: number, settings: RenderSettings): Promise<Picture> {
    const { renderMs } = this.#limits;
    const answer = await this.#ask({ type: 'render', file, page, settings }, renderMs);
    if (answer.type !== 'rendered') throw errorOf(answer, pageName(file.name, page), 'rendered', renderMs);
    return { ...answer.page, channels: 3, order: 'bgr' };
  }

  /** Ends the thread. A request in progress fails. */
  end(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #ask(request: PdfRequest, limitMs: number): Promise<Outcome> {
    return this.#inTurn(async () => {
      const worker = (this.#worker ??= startThread());
      worker.ref();
      const outcome = await outcomeOf(worker, request, limitMs);
      worker.unref();
      // Before the next request gets its turn, which would fail with the thread.
      if (isSpent(outcome)) this.end();
      return outcome;
    });
  }
}

function isSpent(outcome: Outcome): boolean {
  if (outcome.type === 'rendered') return outcome.heapBytes > KEPT_HEAP_BYTES;
  return outcome.type === 'overdue' || outcome.type === 'broken';
}

function startThread(): Worker {
  const worker = new Worker(ENTRY, {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    // Nothing is written to either; reading them would keep the process alive.
    stdout: true,
    stderr: true,
  });
  worker.on('error', () => undefined); // its exit is the outcome of the request
  worker.unref();
  return worker;
}

function outcomeOf(worker: Worker, request: PdfRequest, limitMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      worker.off('message', settle).off('exit', ended);
      resolve(outcome);
    };
    const ended = (): void => {
      settle({ type: 'broken', reason: 'the reading of it was ended' });
    };
    const timer = setTimeout(() => {
      settle({ type: 'overdue' });
    }, limitMs);
    worker.on('message', settle).on('exit', ended);
    worker.postMessage(request);
  });
}

/** @param what could not be done to it: "opened", "rendered" */
function errorOf(
  outcome: Exclude<Outcome, { type: 'counted' | 'rendered' }> | PdfAnswer,
  name: string,
  what: string,
  limitMs: number,
): FdeployError {
  switch (outcome.type) {
    case 'failed':
      return deserializeError(outcome.error);
    case 'overdue':
      return new FdeployError('TIMEOUT', `${name} could not be ${what} within ${limitMs / 1000} s.`, {
        file: name,
      });
    case 'broken':
      return new FdeployError('IMAGE_UNREADABLE', `${name} cannot be ${what}: ${outcome.reason}.`, {
        file: name,
      });
    case 'counted':
    case 'rendered':
      return new FdeployError('INTERNAL', `The PDF thread answered another request than that of ${name}.`);
  }
}
