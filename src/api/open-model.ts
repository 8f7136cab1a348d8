import { checkModelOptions, checkSettings } from '../config/flags/from-code.js';
import type { BackendName } from '../contracts/compute.js';
import { FdeployError } from '../contracts/errors.js';
import type { Model } from '../contracts/model.js';
import type { Task } from '../contracts/results.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';
import { pathOf } from '../sources/file-url.js';
import { OcrPipeline } from '../tasks/ocr/pipeline.js';
import { openHandle, resolveModel } from '../tasks/registry.js';

/** Settings of a model. Defaults come from the model's config, then from the task. */
export interface OpenOptions extends Partial<Omit<ModelSpec, 'model' | 'shareWeights' | 'backend'>> {
  /** What computes the networks. Default: onnxruntime. */
  backend?: BackendName;
  /** false: this model and each clone load their own copy of the weights. Default: true. */
  shareWeights?: boolean;
  /** Receives messages for the user, such as which of several networks was chosen. */
  notify?: Notify;
}

/**
 * Opens a model of any task.
 * @param model exported directory, model file, config file or known name; paths also as file URLs
 * @returns the model; its `task` discriminates the type of its results
 * @throws FdeployError of kind `call`, with the file that is wrong; RUNTIME_UNAVAILABLE if the backend cannot be loaded
 */
export function openModel(model: string | URL, options: OpenOptions = {}): Promise<Model> {
  return open(model, options, 'openModel');
}

/** @param task if only models of this task are accepted */
async function open(model: string | URL, options: OpenOptions, caller: string, task?: Task): Promise<Model> {
  const given = checkModelOptions(options, caller, task === undefined ? [] : ['task']);
  const { notify = () => undefined, ...settings } = options;
  const spec: ModelSpec = {
    threads: 1,
    batchSize: 1,
    shareWeights: true,
    ...settings,
    ...(task !== undefined && { task }),
    model: pathOf(model, 'a model'),
  };
  const handle = await resolveModel(spec, notify);
  checkSettings(given, handle.task);
  return openHandle(handle);
}

/** Opens models of one task. */
export interface ModelKind<T extends Task> {
  /**
   * Opens a model of this task.
   * @param model exported directory, model file, config file or known name; paths also as file URLs
   * @throws FdeployError of kind `call`; MODEL_UNSUPPORTED if the model is of another task; RUNTIME_UNAVAILABLE
   */
  open(model: string | URL, options?: Omit<OpenOptions, 'task'>): Promise<Model<T>>;
}

/**
 * @param task that the returned object opens models of
 * @param name used in error messages
 */
export function modelKind<T extends Task>(task: T, name: string): ModelKind<T> {
  return {
    async open(model, options = {}) {
      const opened = await open(model, options, `${name}.open`, task);
      if (isOf(opened, task)) return opened;
      await opened.close();
      throw new FdeployError('MODEL_UNSUPPORTED', `${opened.name} is a ${opened.task} model`, {
        expected: task,
      });
    },
  };
}

/** Opens PaddleOCR pipelines. */
export const pipelineKind = {
  /**
   * Opens a pipeline. Its `pageOrientation`, `unwarping`, `detection`, `orientation` and `recognition` can be used on their own.
   * @param model exported directory, pipeline config or known name. Default: PP-OCRv4, which comes with the install
   * @throws FdeployError of kind `call`; RUNTIME_UNAVAILABLE
   */
  async open(
    model: string | URL = 'ppocr-v4',
    options: Omit<OpenOptions, 'task'> = {},
  ): Promise<OcrPipeline> {
    const opened = await open(model, options, 'PaddleOcrPipeline.open', 'ocr');
    if (opened instanceof OcrPipeline) return opened;
    throw new FdeployError('INTERNAL', `${opened.name} was opened as a ${opened.task} model`);
  },
};

function isOf<T extends Task>(model: Model, task: T): model is Model<T> & Model {
  return model.task === task;
}
