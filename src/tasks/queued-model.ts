import { FdeployError } from '../contracts/errors.js';
import { kindOf } from '../contracts/kind-of.js';
import type { ModelHandle, Prediction, TaskModel } from '../contracts/model.js';
import type { Picture, PictureInput, PictureSize } from '../contracts/picture.js';
import type { Task, TaskResults } from '../contracts/results.js';
import { toPicture } from '../images/decode.js';
import { checkPictures } from '../images/raw-picture.js';
import { Calls } from '../runtime/index.js';
import { decodeAhead } from './decode-ahead.js';

/** What every model does alike: it decodes pictures, lets calls wait for each other, and closes when they have ended. */
export abstract class QueuedModel<
  T extends Task,
  Clone extends TaskModel<T> = TaskModel<T>,
> implements TaskModel<T> {
  readonly task: T;
  readonly name: string;
  readonly #handle: ModelHandle<T>;
  readonly #batchSize: number;
  readonly #calls: Calls;
  readonly #needed = (size: PictureSize): PictureSize | undefined => this.neededSize?.(size);

  /** @param batchSize pictures that are decoded and inferred together */
  constructor(handle: ModelHandle<T>, batchSize: number) {
    this.task = handle.task;
    this.name = handle.name;
    this.#handle = handle;
    this.#batchSize = batchSize;
    this.#calls = new Calls(handle.name);
  }

  run(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]> {
    return this.#calls.alone(() => {
      checkArray(pictures, 'run', 'decoded pictures');
      checkPictures(pictures);
      return this.infer(pictures);
    });
  }

  predict(input: PictureInput): Promise<TaskResults[T]> {
    return this.#calls.prepared(async (turn) => {
      const picture = await toPicture(input, this.#handle.decode, this.#needed);
      const [prediction] = await turn(() => this.infer([picture]));
      return prediction!.result;
    });
  }

  predictBatch(inputs: readonly PictureInput[]): Promise<TaskResults[T][]> {
    return this.#calls.prepared(async (turn) => {
      checkArray(inputs, 'predictBatch', 'pictures');
      const results: TaskResults[T][] = [];
      const { decode } = this.#handle;
      for await (const batch of decodeAhead(inputs, this.#batchSize, decode, this.#needed)) {
        for (const { result } of await turn(() => this.infer(batch))) results.push(result);
      }
      return results;
    });
  }

  neededSize?(size: PictureSize): PictureSize | undefined;

  async clone(): Promise<Clone> {
    this.#calls.checkOpen();
    return this.reopen();
  }

  handle(): ModelHandle<T> {
    return this.#handle;
  }

  close(): Promise<void> {
    return this.#calls.close(() => this.end());
  }

  /** Predicts decoded pictures; never called again before it has ended. */
  protected abstract infer(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]>;

  /** Opens another clone. */
  protected abstract reopen(): Promise<Clone>;

  /** Lets the sessions go. */
  protected abstract end(): Promise<void>;
}

/** Untyped code may pass anything. */
function checkArray(given: unknown, method: string, what: string): void {
  if (Array.isArray(given)) return;
  throw new FdeployError('BAD_OPTION', `${method} takes an array of ${what}, not ${kindOf(given)}`);
}
