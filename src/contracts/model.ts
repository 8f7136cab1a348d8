import type { Picture, PictureInput, PictureSize, DecodeOptions } from './picture.js';
import type { StageTimes, Task, TaskResults } from './results.js';
import type { RuntimeHandle } from './runtime.js';
import type { Tensor } from './tensor.js';

/** Pictures to network inputs. `Context` is what the Postprocessor needs to know of each picture (its size, its padding). */
export interface Preprocessor<Context> {
  /** Pictures with equal keys have equal network shapes and may share a batch. */
  shapeKey(picture: Picture): string;
  /**
   * The size that the first step resizes a picture of `size` to; undefined where the first step is another one.
   * @throws FdeployError where such a picture does not fit the steps
   */
  resizedSize?(size: PictureSize): PictureSize | undefined;
  /**
   * @param pictures one or more of equal `shapeKey`
   * @param buffer memory for the feeds, which are then valid until it is used again; without it they are the caller's
   */
  run(
    pictures: readonly Picture[],
    buffer?: InputBuffer,
  ): { feeds: Record<string, Tensor>; contexts: Context[] };
}

/** Memory that is used again for one network input after the other: each `take` ends the one before. */
export interface InputBuffer {
  /** @returns `length` values, which hold anything */
  take(length: number): Float32Array;
}

/** Network outputs of a batch to one result a picture. */
export interface Postprocessor<Context, Result> {
  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly Context[]): Result[];
}

/**
 * A model as plain, structured-cloneable data; `openHandle` makes a clone of it in any thread or process. `Config` is the task's
 * own; who only passes a handle on knows no more than that it is data.
 */
export interface ModelHandle<T extends Task = Task, Config = unknown> {
  readonly task: T;
  /** The name the user gave it or its config has. */
  readonly name: string;
  /** What the task's stages are built from. */
  readonly config: Config;
  /** One for a single network, several for a pipeline. */
  readonly runtimes: Readonly<Record<string, RuntimeHandle>>;
  /** Pictures that `predictBatch` decodes and infers together; 1 where it is left out. */
  readonly batchSize?: number;
  /** Inferences that a picture takes; `one` where it is left out. */
  readonly inferencesPerPicture?: 'one' | 'several';
  /** How pictures are decoded where the caller does not say. */
  readonly decode: DecodeOptions;
}

export interface Prediction<Result> {
  result: Result;
  /** Of this picture; a batch's inference is divided among its pictures. */
  ms: Omit<StageTimes, 'decode'>;
}

/**
 * A pipeline of Preprocessor, Runtime and Postprocessor. Calls may be made at any time: they wait for each other. For
 * two inferences at once, clone it. Every call after `close` fails with MODEL_CLOSED.
 */
export interface TaskModel<T extends Task> {
  readonly task: T;
  readonly name: string;
  /** Predicts decoded pictures; those of equal network shape share an inference. The results keep the order. */
  run(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]>;
  predict(input: PictureInput): Promise<TaskResults[T]>;
  /**
   * Predicts pictures `batchSize` at a time; the next ones are decoded meanwhile. The results keep the order.
   * @throws FdeployError of the first picture that cannot be predicted
   */
  predictBatch(inputs: readonly PictureInput[]): Promise<TaskResults[T][]>;
  /** The size that a picture of `size` is resized to first; undefined where its pixels are used as they are. */
  neededSize?(size: PictureSize): PictureSize | undefined;
  /** Own Preprocessor, Runtime and Postprocessor; the weights are shared. */
  clone(): Promise<Model<T>>;
  handle(): ModelHandle<T>;
  /** Lets the sessions go when the calls made so far have ended; more than once is harmless. */
  close(): Promise<void>;
}

/** A model of any of the tasks `T`: `task` tells which, and with it what the results are. */
export type Model<T extends Task = Task> = { [K in T]: TaskModel<K> }[T];
