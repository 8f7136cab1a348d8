import type { Picture, PictureInput, PictureSize, DecodeOptions } from './picture.js';
import type { StageTimes, Task, TaskResults } from './results.js';
import type { RuntimeHandle } from './runtime.js';
import type { Tensor } from './tensor.js';

/**
 * Turns pictures into network inputs. `Context` is what the Postprocessor needs to know about each picture, such as its size and
 * padding.
 */
export interface Preprocessor<Context> {
  /**
   * @param picture decoded, three channels
   * @returns a key; pictures with equal keys have equal input shapes and may share a batch
   */
  shapeKey(picture: Picture): string;
  /**
   * @param size of a picture, in pixels
   * @returns the size in pixels that the first step resizes it to; undefined if the first step is not a resize
   * @throws FdeployError IMAGE_TOO_SMALL if a picture of this size does not fit the steps
   */
  resizedSize?(size: PictureSize): PictureSize | undefined;
  /**
   * @param pictures one or more (N), all with the same `shapeKey`
   * @param buffer memory for the feeds, which are then valid until the buffer is used again; without it, new memory is allocated
   * @returns `feeds`: a tensor for each network input by name; the picture's is `[N, 3, height, width]`, float32.
   *   `contexts`: one for each picture, in order
   * @throws FdeployError IMAGE_TOO_SMALL
   */
  run(
    pictures: readonly Picture[],
    buffer?: InputBuffer,
  ): { feeds: Record<string, Tensor>; contexts: Context[] };
}

/** Memory that is reused for one network input after another. Each `take` invalidates the one before. */
export interface InputBuffer {
  /** @returns `length` uninitialised values */
  take(length: number): Float32Array;
}

/** Turns the network outputs of a batch into one result per picture. */
export interface Postprocessor<Context, Result> {
  /**
   * @param outputs tensors by output name; the first dimension is the batch unless the network says otherwise
   * @param contexts from `Preprocessor.run`, one for each picture of the batch
   * @returns one result for each context, in the same order; coordinates are in pixels of the original picture
   * @throws FdeployError RESULT_INVALID if an output is missing, has the wrong shape or type, or is not finite
   */
  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly Context[]): Result[];
}

/**
 * A model as plain, structured-cloneable data. `openHandle` opens a clone of it in any thread or process. Code that only passes
 * a handle on leaves `Config` unknown.
 */
export interface ModelHandle<T extends Task = Task, Config = unknown> {
  readonly task: T;
  /** The name from the user or from the model's config. */
  readonly name: string;
  /** What the task builds its stages from; each task has its own type. */
  readonly config: Config;
  /** By part: one for a single network, several for a pipeline. */
  readonly runtimes: Readonly<Record<string, RuntimeHandle>>;
  /** Pictures that `predictBatch` decodes and infers together. Default: 1. */
  readonly batchSize?: number;
  /** How many inferences a picture takes. Default: `one`. */
  readonly inferencesPerPicture?: 'one' | 'several';
  /** How pictures are decoded by default. */
  readonly decode: DecodeOptions;
}

export interface Prediction<Result> {
  result: Result;
  /** Milliseconds of each stage for this picture. A batch's times are divided equally among its pictures. */
  ms: Omit<StageTimes, 'decode'>;
}

/**
 * A Preprocessor, a Runtime and a Postprocessor. Calls may overlap; the model runs one inference at a time. To run two at once,
 * clone the model. Every call after `close` fails with MODEL_CLOSED.
 */
export interface TaskModel<T extends Task> {
  readonly task: T;
  readonly name: string;
  /**
   * Predicts decoded pictures. Pictures with equal input shapes share an inference, up to the model's batch size.
   * @param pictures 8 bits per channel, three interleaved channels, `width * height * 3` bytes
   * @returns one prediction per picture, in the same order, with the milliseconds of each stage
   * @throws FdeployError BAD_OPTION if the pixels do not match their size; IMAGE_TOO_SMALL, INFERENCE_FAILED, RESULT_INVALID;
   *   MODEL_CLOSED
   */
  run(pictures: readonly Picture[]): Promise<Prediction<TaskResults[T]>[]>;
  /**
   * Predicts one picture.
   * @param input a path, a file URL, the bytes of an encoded file, or pixels (8 bits per channel)
   * @returns the task's result. Scores are from 0 to 1; boxes, quads and masks are in pixels of the original picture, after its
   *   EXIF rotation
   * @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TRUNCATED, IMAGE_TOO_LARGE, IMAGE_TOO_SMALL if the picture cannot
   *   be used; INFERENCE_FAILED, RESULT_INVALID; BAD_OPTION if pixels do not match their size; MODEL_CLOSED
   */
  predict(input: PictureInput): Promise<TaskResults[T]>;
  /**
   * Predicts pictures, `batchSize` at a time. The next batch is decoded during inference.
   * @param inputs as `predict` takes them, any number
   * @returns one result per picture, in the same order
   * @throws FdeployError of the first picture that fails, with the codes of `predict`; the other results are lost
   */
  predictBatch(inputs: readonly PictureInput[]): Promise<TaskResults[T][]>;
  /**
   * @param size of a picture, in pixels
   * @returns the size in pixels that the first step resizes it to; undefined if the model uses its pixels as they are
   */
  neededSize?(size: PictureSize): PictureSize | undefined;
  /**
   * Opens another model with its own Preprocessor, session and Postprocessor, which can run at the same time. The weights are
   * shared, unless the model was opened with `shareWeights: false`.
   * @returns the clone; it stays open until it is closed itself
   * @throws FdeployError MODEL_CLOSED; MODEL_INVALID if the prepared network can no longer be opened
   */
  clone(): Promise<Model<T>>;
  /** @returns plain data for `postMessage` or IPC; `openHandle` opens a clone from it in another thread or process */
  handle(): ModelHandle<T>;
  /**
   * Waits for the calls made so far and releases the sessions. Calling it again has no effect.
   * @returns a promise that resolves when the memory is released
   */
  close(): Promise<void>;
}

/** A model of one of the tasks `T`. Its `task` discriminates the type of its results. */
export type Model<T extends Task = Task> = { [K in T]: TaskModel<K> }[T];
