import { deserializeError } from '../contracts/errors.js';
import { DECODE_AHEAD, type FromWorker, type JobOutcome } from '../contracts/protocol.js';
import type { Mode } from '../contracts/results.js';
import { decodePlace } from '../dispatch/local/decode-place.js';
import { ownWorker, startRunner } from '../dispatch/local/early-workers.js';
import type { Runner } from '../dispatch/local/runner.js';
import type { Source } from '../contracts/source.js';
import type { MeasureJob } from './case.js';

/** Pictures that a worker has at a time: one in inference and those that follow. */
const IN_HAND = 1 + DECODE_AHEAD;

/** A worker as in a run, driven step by step for measurement. */
export class CloneWorker {
  readonly #mode: Mode;
  #runner: Runner | undefined;
  #onMessage: (message: FromWorker) => void = () => undefined;
  #onEnd: (how: string) => void = () => undefined;
  #index = 0;

  constructor(mode: Mode) {
    this.#mode = mode;
  }

  get pid(): number | undefined {
    return this.#runner?.pid;
  }

  /** Starts the worker and opens the model. @returns milliseconds until it was ready */
  open({ handle, mode, workers }: MeasureJob): Promise<number> {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      this.#failWith(reject);
      this.#onMessage = (message) => {
        if (message.type === 'ready') resolve(performance.now() - start);
        if (message.type === 'failed') reject(deserializeError(message.error));
      };
      const runner = startRunner(this.#mode, ownWorker(this.#mode));
      this.#runner = runner;
      runner.on('message', (message) => {
        this.#onMessage(message);
      });
      runner.on('exit', ({ how, lastWords }) => {
        this.#onEnd([how, ...lastWords].join('\n'));
      });
      const settings = {
        handle,
        batchSize: 1,
        decodeAhead: DECODE_AHEAD,
        decodeIn: decodePlace(mode, workers, handle),
        artifacts: {},
      };
      runner.send({ type: 'start', settings });
    });
  }

  /** Predicts the pictures of `next` until it returns none. */
  predict(next: () => Source | undefined, done: (outcome: JobOutcome) => void): Promise<void> {
    let inHand = 0;
    return new Promise((resolve, reject) => {
      this.#failWith(reject);
      const fill = (): void => {
        while (inHand < IN_HAND) {
          const source = next();
          if (!source) break;
          inHand++;
          this.#runner?.send({ type: 'predict', jobs: [{ index: this.#index++, source }] });
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
    this.#runner?.kill();
  }

  #failWith(reject: (error: Error) => void): void {
    this.#onEnd = (how) => {
      reject(new Error(`a worker ended: ${how}`));
    };
  }
}
