import { deserializeError } from '../contracts/errors.js';
import type { FromWorker, JobOutcome } from '../contracts/protocol.js';
import type { Mode } from '../contracts/results.js';
import { ProcessRunner } from '../pool/process-runner.js';
import type { Runner } from '../pool/runner.js';
import { ThreadRunner } from '../pool/thread-runner.js';
import type { MeasureJob } from './case.js';

const ENTRIES: Readonly<Record<Mode, URL>> = {
  thread: new URL('../worker/thread-entry.js', import.meta.url),
  process: new URL('../worker/process-entry.js', import.meta.url),
};
const RUNNERS = { thread: ThreadRunner, process: ProcessRunner } as const;
const DECODE_AHEAD = 2;
/** Pictures a worker has in hand: one in inference and those behind it. */
const IN_HAND = 1 + DECODE_AHEAD;

/** A worker of the pool's kind, driven by hand so that each step can be measured. */
export class CloneWorker {
  readonly #runner: Runner;
  #onMessage: (message: FromWorker) => void = () => undefined;
  #onEnd: (how: string) => void = () => undefined;
  #index = 0;

  constructor(mode: Mode) {
    this.#runner = new RUNNERS[mode]({ entry: ENTRIES[mode], libuvThreads: DECODE_AHEAD });
    this.#runner.on('message', (message) => {
      this.#onMessage(message);
    });
    this.#runner.on('exit', ({ how, lastWords }) => {
      this.#onEnd([how, ...lastWords].join('\n'));
    });
  }

  get pid(): number | undefined {
    return this.#runner.pid;
  }

  /** Starts the worker and opens the model. @returns milliseconds until it was ready */
  open({ handle }: MeasureJob): Promise<number> {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      this.#failWith(reject);
      this.#onMessage = (message) => {
        if (message.type === 'ready') resolve(performance.now() - start);
        if (message.type === 'failed') reject(deserializeError(message.error));
      };
      this.#runner.start();
      const settings = { handle, batchSize: 1, decodeAhead: DECODE_AHEAD, artifacts: {} };
      this.#runner.send({ type: 'start', settings });
    });
  }

  /** Predicts the pictures that `next` gives, until it gives none. */
  predict(next: () => string | undefined, done: (outcome: JobOutcome) => void): Promise<void> {
    let inHand = 0;
    return new Promise((resolve, reject) => {
      this.#failWith(reject);
      const fill = (): void => {
        while (inHand < IN_HAND) {
          const image = next();
          if (image === undefined) break;
          inHand++;
          this.#runner.send({ type: 'predict', jobs: [{ index: this.#index++, image }] });
        }
        if (inHand === 0) resolve();
      };
      this.#onMessage = (message) => {
        if (message.type !== 'done') return;
        inHand -= message.answers.length;
        for (const { outcome } of message.answers) done(outcome);
        fill();
      };
      fill();
    });
  }

  end(): void {
    this.#onEnd = () => undefined;
    this.#runner.kill();
  }

  #failWith(reject: (error: Error) => void): void {
    this.#onEnd = (how) => {
      reject(new Error(`a worker ended: ${how}`));
    };
  }
}
