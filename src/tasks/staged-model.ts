import type { Model, ModelHandle, Postprocessor, Prediction, Preprocessor } from '../contracts/model.js';
import type { DecodeOptions, Picture, PictureInput } from '../contracts/picture.js';
import type { Task, TaskResults } from '../contracts/results.js';
import type { Runtime } from '../contracts/runtime.js';
import { toPicture } from '../images/decode.js';
import { chunks, fillBatch, fixedBatch } from './batch.js';

/** The three stages of a clone. */
export interface Stages<Context, Result> {
  preprocessor: Preprocessor<Context>;
  runtime: Runtime;
  postprocessor: Postprocessor<Context, Result>;
}

/** A model of one network: Preprocessor, Runtime, Postprocessor, in that order, for one or more pictures at a time. */
export class StagedModel<T extends Task, Context> implements Model<T> {
  readonly task: T;
  readonly name: string;

  constructor(
    private readonly definition: ModelHandle<T>,
    readonly stages: Stages<Context, TaskResults[T]>,
    private readonly reopen: (handle: ModelHandle<T>) => Promise<Model<T>>,
  ) {
    this.task = definition.task;
    this.name = definition.name;
  }

  async run(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]> {
    const predictions = new Array<Prediction<TaskResults[T]>>(pictures.length);
    for (const positions of this.groups(pictures)) {
      const group = await this.runGroup(positions.map((i) => pictures[i]!));
      positions.forEach((position, i) => (predictions[position] = group[i]!));
    }
    return predictions;
  }

  async predict(input: PictureInput): Promise<TaskResults[T]> {
    const [result] = await this.predictBatch([input]);
    return result!;
  }

  async predictBatch(inputs: readonly PictureInput[]): Promise<TaskResults[T][]> {
    const decode: DecodeOptions = this.definition.decode;
    const pictures = await Promise.all(inputs.map((input) => toPicture(input, decode)));
    return (await this.run(pictures)).map(({ result }) => result);
  }

  clone(): Promise<Model<T>> {
    return this.reopen(this.definition);
  }

  handle(): ModelHandle<T> {
    return this.definition;
  }

  async close(): Promise<void> {
    await this.stages.runtime.close();
  }

  /** Positions of pictures that may share an inference: equal network shape, and no more than the graph's batch takes. */
  private groups(pictures: readonly Picture[]): number[][] {
    if (pictures.length === 1) return [[0]];
    const byShape = new Map<string, number[]>();
    pictures.forEach((picture, i) => {
      const key = this.stages.preprocessor.shapeKey(picture);
      const positions = byShape.get(key);
      if (positions) positions.push(i);
      else byShape.set(key, [i]);
    });
    const limit = fixedBatch(this.stages.runtime.handle) ?? pictures.length;
    return [...byShape.values()].flatMap((positions) => chunks(positions, limit));
  }

  private async runGroup(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]> {
    const { preprocessor, runtime, postprocessor } = this.stages;
    const start = performance.now();
    const { feeds, contexts } = preprocessor.run(pictures);
    const fed = performance.now();
    const outputs = await runtime.run(fillBatch(feeds, pictures.length, fixedBatch(runtime.handle)));
    const inferred = performance.now();
    const results = postprocessor.run(outputs, contexts);
    const share = 1 / pictures.length;
    const ms = {
      preprocess: (fed - start) * share,
      inference: (inferred - fed) * share,
      postprocess: (performance.now() - inferred) * share,
    };
    return results.map((result) => ({ result, ms }));
  }
}
