import { FdeployError } from './contracts/errors.js';
import type { Model } from './contracts/model.js';
import type { Task } from './contracts/results.js';
import type { ModelSpec, Notify } from './contracts/spec.js';
import { OcrPipeline } from './tasks/ocr/pipeline.js';
import { openHandle, resolveModel } from './tasks/registry.js';

/** Settings of a model; what is left out is the model config's or the task's default. */
export interface OpenOptions extends Partial<Omit<ModelSpec, 'model' | 'shareWeights'>> {
  /** false: this model and its clones load weights of their own. */
  shareWeights?: boolean;
  /** Hears sentences for a person, such as which of several networks was taken. */
  notify?: Notify;
}

/**
 * Opens a model of any task: a directory as its suite exported it, a network's file, a config, or a known name.
 * @throws FdeployError of kind `call`, with the file it is about
 */
export async function openModel(model: string, options: OpenOptions = {}): Promise<Model> {
  const { notify = () => undefined, ...settings } = options;
  const spec: ModelSpec = { threads: 1, batchSize: 1, shareWeights: true, ...settings, model };
  return openHandle(await resolveModel(spec, notify));
}

/** A way to open models of one task only. */
export interface ModelKind<T extends Task> {
  /**
   * Opens a model of this task.
   * @throws FdeployError of kind `call`; MODEL_UNSUPPORTED where the model is of another task
   */
  open(model: string, options?: Omit<OpenOptions, 'task'>): Promise<Model<T>>;
}

/** The way to open models of `task`. */
export function modelKind<T extends Task>(task: T): ModelKind<T> {
  return {
    async open(model, options = {}) {
      const opened = await openModel(model, { ...options, task });
      if (isOf(opened, task)) return opened;
      await opened.close();
      throw new FdeployError('MODEL_UNSUPPORTED', `${model} is a ${opened.task} model`, { expected: task });
    },
  };
}

/** The way to open PaddleOCR pipelines: with PP-OCRv4, which comes with the install, where none is named. */
export const pipelineKind = {
  /**
   * Opens a pipeline; its `detection`, `orientation` and `recognition` are usable alone.
   * @throws FdeployError of kind `call`
   */
  async open(model = 'ppocr-v4', options: Omit<OpenOptions, 'task'> = {}): Promise<OcrPipeline> {
    const opened = await openModel(model, { ...options, task: 'ocr' });
    if (opened instanceof OcrPipeline) return opened;
    throw new FdeployError('INTERNAL', `${model} was opened as a ${opened.task} model`);
  },
};

function isOf<T extends Task>(model: Model, task: T): model is Model<T> & Model {
  return model.task === task;
}
