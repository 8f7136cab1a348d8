import type { ModelHandle, Prediction, TaskModel } from '../contracts/model.js';
import type { Picture, PictureSize } from '../contracts/picture.js';
import type { Task, TaskResults } from '../contracts/results.js';
import { chunks, fixedBatch } from './batch.js';
import { QueuedModel } from './queued-model.js';
import { newClock, runStages, type Stages } from './run-stages.js';
import { TensorBuffer } from './tensor-buffer.js';

/** A model of one network: Preprocessor, Runtime, Postprocessor, in that order, for one or more pictures at a time. */
export class StagedModel<T extends Task, Context> extends QueuedModel<T> {
  readonly #buffer = new TensorBuffer();
  /** Pictures in one inference, at most. */
  readonly #limit: number;

  constructor(
    handle: ModelHandle<T>,
    readonly stages: Stages<Context, TaskResults[T]>,
    protected readonly reopen: () => Promise<TaskModel<T>>,
  ) {
    const limit = fixedBatch(stages.runtime.handle) ?? handle.batchSize ?? 1;
    super(handle, limit);
    this.#limit = limit;
  }

  override neededSize(size: PictureSize): PictureSize | undefined {
    return this.stages.preprocessor.resizedSize?.(size);
  }

  protected async infer(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]> {
    const predictions = new Array<Prediction<TaskResults[T]>>(pictures.length);
    for (const positions of this.groups(pictures)) {
      const group = await this.inferGroup(positions.map((i) => pictures[i]!));
      positions.forEach((position, i) => (predictions[position] = group[i]!));
    }
    return predictions;
  }

  protected end(): Promise<void> {
    return this.stages.runtime.close();
  }

  /** Positions of pictures that may share an inference: equal network shape, and no more than the limit. */
  private groups(pictures: readonly Picture[]): number[][] {
    if (pictures.length === 1) return [[0]];
    const byShape = new Map<string, number[]>();
    pictures.forEach((picture, i) => {
      const key = this.stages.preprocessor.shapeKey(picture);
      const positions = byShape.get(key);
      if (positions) positions.push(i);
      else byShape.set(key, [i]);
    });
    return [...byShape.values()].flatMap((positions) => chunks(positions, this.#limit));
  }

  private async inferGroup(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]> {
    const clock = newClock();
    const results = await runStages(this.stages, pictures, this.#buffer, clock);
    const share = 1 / pictures.length;
    const ms = {
      preprocess: clock.preprocess * share,
      inference: clock.inference * share,
      postprocess: clock.postprocess * share,
    };
    return results.map((result) => ({ result, ms }));
  }
}
