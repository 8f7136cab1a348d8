import type { Picture, PictureInput, DecodeOptions } from './picture.js';
import type { StageTimes, Task, TaskResults } from './results.js';
import type { RuntimeHandle } from './runtime.js';
import type { Tensor } from './tensor.js';

/** Pictures to network inputs. `Context` is what the Postprocessor needs to know of each picture (its size, its padding). */
export interface Preprocessor<Context> {
  /** Pictures with equal keys have equal network shapes and may share a batch. */
  shapeKey(picture: Picture): string;
  /**
   * @param pictures one or more of equal `shapeKey`
   * @returns feeds that may be valid until the next call only: a Preprocessor uses its buffers again
   */
  run(pictures: readonly Picture[]): { feeds: Record<string, Tensor>; contexts: Context[] };
}

/** Network outputs of a batch to one result a picture. */
export interface Postprocessor<Context, Result> {
  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly Context[]): Result[];
}

/** A model as plain, structured-cloneable data; `openHandle` makes a clone of it in any thread or process. */
export interface ModelHandle<T extends Task = Task> {
  readonly task: T;
  /** The name the user gave it or its config has. */
  readonly name: string;
  /** What the task's stages are built from; its type is the task's own. */
  readonly config: unknown;
  /** One for a single network, several for a pipeline. */
  readonly runtimes: Readonly<Record<string, RuntimeHandle>>;
  /** How pictures are decoded where the caller does not say. */
  readonly decode: DecodeOptions;
}

export interface Prediction<Result> {
  result: Result;
  /** Of this picture; a batch's inference is divided among its pictures. */
  ms: Omit<StageTimes, 'decode'>;
}

/** A pipeline of Preprocessor, Runtime and Postprocessor. Not for two calls at a time: clone it. */
export interface Model<T extends Task = Task> {
  readonly task: T;
  readonly name: string;
  /** Predicts decoded pictures; those of equal network shape share an inference. The results keep the order. */
  run(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]>;
  predict(input: PictureInput): Promise<TaskResults[T]>;
  predictBatch(inputs: readonly PictureInput[]): Promise<TaskResults[T][]>;
  /** Own Preprocessor, Runtime and Postprocessor; the weights are shared. */
  clone(): Promise<Model<T>>;
  handle(): ModelHandle<T>;
  close(): Promise<void>;
}
