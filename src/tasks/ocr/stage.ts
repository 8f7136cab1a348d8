import type { Postprocessor, Preprocessor, Prediction } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { Runtime } from '../../contracts/runtime.js';
import { release } from '../../images/release.js';
import { fillBatch, fixedBatch } from '../batch.js';

/** Milliseconds spent on a picture, summed over the pipeline's networks. */
export type StageClock = Prediction<unknown>['ms'];

export const newClock = (): StageClock => ({ preprocess: 0, inference: 0, postprocess: 0 });

/** One network of the pipeline: usable alone. Not for two calls at a time. */
export class OcrStage<
  Context,
  Result,
  Pre extends Preprocessor<Context> = Preprocessor<Context>,
  Post extends Postprocessor<Context, Result> = Postprocessor<Context, Result>,
> {
  constructor(
    readonly preprocessor: Pre,
    readonly runtime: Runtime,
    readonly postprocessor: Post,
  ) {}

  /**
   * Runs pictures of equal shape key in one inference.
   * @param clock to which the time spent is added
   * @throws FdeployError INFERENCE_FAILED, RESULT_INVALID
   */
  async run(pictures: readonly Picture[], clock: StageClock = newClock()): Promise<Result[]> {
    const start = performance.now();
    const { feeds, contexts } = this.preprocessor.run(pictures);
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
