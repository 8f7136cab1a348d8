import type { Postprocessor, Preprocessor } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { Runtime } from '../../contracts/runtime.js';
import { Calls } from '../../runtime/index.js';
import { newClock, runStages, type StageClock, type Stages } from '../run-stages.js';
import { TensorBuffer } from '../tensor-buffer.js';

export { newClock, type StageClock };

/** One network of the pipeline: usable alone. Calls at the same time wait for each other. */
export class OcrStage<
  Context,
  Result,
  Pre extends Preprocessor<Context> = Preprocessor<Context>,
  Post extends Postprocessor<Context, Result> = Postprocessor<Context, Result>,
> implements Stages<Context, Result> {
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
    return this.#calls.alone(() => runStages(this, pictures, this.#buffer, clock));
  }

  /** Lets the session go when the calls made so far have ended; more than once is harmless. */
  close(): Promise<void> {
    return this.#calls.close(() => this.runtime.close());
  }
}
