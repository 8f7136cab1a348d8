import type { Postprocessor, Prediction, Preprocessor } from '../contracts/model.js';
import type { Picture } from '../contracts/picture.js';
import type { Runtime } from '../contracts/runtime.js';
import { release } from '../images/release.js';
import { fillBatch, fixedBatch } from './batch.js';
import type { TensorBuffer } from './tensor-buffer.js';

/** The three stages of one network. */
export interface Stages<Context, Result> {
  readonly preprocessor: Preprocessor<Context>;
  readonly runtime: Runtime;
  readonly postprocessor: Postprocessor<Context, Result>;
}

/** Milliseconds spent on each stage, summed over inferences. */
export type StageClock = Prediction<unknown>['ms'];

export const newClock = (): StageClock => ({ preprocess: 0, inference: 0, postprocess: 0 });

/**
 * One inference: preprocess, run, postprocess. The network's outputs are released afterwards: a result holds none of them.
 * @param pictures of equal shape key, no more than a graph's fixed batch
 * @param buffer of the network's input; no other inference uses it until this one has ended
 * @param clock to which the time spent is added
 * @returns one result a picture
 * @throws FdeployError INFERENCE_FAILED, RESULT_INVALID
 */
export async function runStages<Context, Result>(
  { preprocessor, runtime, postprocessor }: Stages<Context, Result>,
  pictures: readonly Picture[],
  buffer: TensorBuffer,
  clock: StageClock,
): Promise<Result[]> {
  const start = performance.now();
  const { feeds, contexts } = preprocessor.run(pictures, buffer);
  const fed = performance.now();
  const outputs = await runtime.run(fillBatch(feeds, pictures.length, fixedBatch(runtime.handle)));
  const inferred = performance.now();
  const results = postprocessor.run(outputs, contexts);
  for (const { data } of Object.values(outputs)) release(data);
  clock.preprocess += fed - start;
  clock.inference += inferred - fed;
  clock.postprocess += performance.now() - inferred;
  return results;
}
