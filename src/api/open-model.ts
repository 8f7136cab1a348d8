import { checkModelOptions, checkSettings } from '../config/flags/from-code.js';
import { FdeployError } from '../contracts/errors.js';
import type { Model } from '../contracts/model.js';
import type { Task } from '../contracts/results.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';
import { pathOf } from '../sources/file-url.js';
import { OcrPipeline } from '../tasks/ocr/pipeline.js';
import { openHandle, resolveModel } from '../tasks/registry.js';

/** Settings of a model; what is left out is the model config's or the task's default. */
export interface OpenOptions extends Partial<Omit<ModelSpec, 'model' | 'shareWeights' | 'backend'>> {
  /** false: this model and its clones load weights of their own. */
  shareWeights?: boolean;
  /** Hears sentences for a person, such as which of several networks was taken. */
  notify?: Notify;
}

/**
 * Opens a model of any task: a directory as its suite exported it, a network's file, a config, or a known name.
 * @returns the model; its `task` tells what its results are
 * @throws FdeployError of kind `call`, with the file it is about
 */
export function openModel(model: string | URL, options: OpenOptions = {}): Promise<Model> {
  return open(model, options, 'openModel');
}

/** @param task where the caller settles it */
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

/** A way to open models of one task only. */
export interface ModelKind<T extends Task> {
  /**
   * Opens a model of this task.
   * @throws FdeployError of kind `call`; MODEL_UNSUPPORTED where the model is of another task
   */
  open(model: string | URL, options?: Omit<OpenOptions, 'task'>): Promise<Model<T>>;
}

/**
 * The way to open models of `task`.
 * @param name of the kind, in messages
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

/** The way to open PaddleOCR pipelines: with PP-OCRv4, which comes with the install, where none is named. */
export const pipelineKind = {
  /**
   * Opens a pipeline; its `detection`, `orientation` and `recognition` are usable alone.
   * @throws FdeployError of kind `call`
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
