import type { Postprocessor, Preprocessor, Prediction } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { Runtime } from '../../contracts/runtime.js';
import { release } from '../../images/release.js';
import { Calls } from '../../runtime/index.js';
import { fillBatch, fixedBatch } from '../batch.js';
import { TensorBuffer } from '../tensor-buffer.js';

/** Milliseconds spent on a picture, summed over the pipeline's networks. */
export type StageClock = Prediction<unknown>['ms'];

export const newClock = (): StageClock => ({ preprocess: 0, inference: 0, postprocess: 0 });

/** One network of the pipeline: usable alone. Calls at the same time wait for each other. */
export class OcrStage<
  Context,
  Result,
  Pre extends Preprocessor<Context> = Preprocessor<Context>,
  Post extends Postprocessor<Context, Result> = Postprocessor<Context, Result>,
> {
  readonly #buffer = new TensorBuffer();
  readonly #calls: Calls;

  constructor(
    readonly preprocessor: Pre,
    readonly runtime: Runtime,
    readonly postprocessor: Post,
  ) {
    this.#calls = new Calls(runtime.handle.source);
  }

  /**
   * Runs pictures of equal shape key in one inference.
   * @param clock to which the time spent is added
   * @throws FdeployError INFERENCE_FAILED, RESULT_INVALID, MODEL_CLOSED
   */
  run(pictures: readonly Picture[], clock: StageClock = newClock()): Promise<Result[]> {
    return this.#calls.alone(() => this.#run(pictures, clock));
  }

  /** Lets the session go when the calls made so far have ended; more than once is harmless. */
  close(): Promise<void> {
    return this.#calls.close(() => this.runtime.close());
  }

  async #run(pictures: readonly Picture[], clock: StageClock): Promise<Result[]> {
    const start = performance.now();
    const { feeds, contexts } = this.preprocessor.run(pictures, this.#buffer);
    const fed = performance.now();
    const size = fixedBatch(this.runtime.handle);
    const outputs = await this.runtime.run(fillBatch(feeds, pictures.length, size));
    const inferred = performance.now();
    const results = this.postprocessor.run(outputs, contexts);
    for (const { data } of Object.values(outputs)) release(data); // the results hold none of it
    clock.preprocess += fed - start;
    clock.inference += inferred - fed;
    clock.postprocess += performance.now() - inferred;
    return results;
  }
}
