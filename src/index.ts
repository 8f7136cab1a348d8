/** The public API: open models, clone them, predict pictures and folders. */
import { modelKind, pipelineKind } from './api/open-model.js';
import type { OcrPipeline } from './tasks/ocr/pipeline.js';
import type { Model } from './contracts/model.js';

/** PaddleClas: a picture to its classes. */
export const PaddleClasModel = modelKind('classification', 'PaddleClasModel');
export type PaddleClasModel = Model<'classification'>;

/** PaddleDetection: a picture to its objects. */
export const PaddleDetModel = modelKind('detection', 'PaddleDetModel');
export type PaddleDetModel = Model<'detection'>;

/** PaddleSeg: a picture to a map of its classes. */
export const PaddleSegModel = modelKind('segmentation', 'PaddleSegModel');
export type PaddleSegModel = Model<'segmentation'>;

/** PaddleOCR: the text in a picture. */
export const PaddleOcrPipeline = pipelineKind;
export type PaddleOcrPipeline = OcrPipeline;

export { openModel, type ModelKind, type OpenOptions } from './api/open-model.js';
export { predictFiles, type PredictFilesOptions } from './api/predict-files.js';
export { openHandle } from './tasks/registry.js';
export { FdeployError, type ErrorCode, type ErrorKind } from './contracts/errors.js';
export type {
  InputBuffer,
  Model,
  ModelHandle,
  Postprocessor,
  Prediction,
  Preprocessor,
  TaskModel,
} from './contracts/model.js';
export type { Background, DecodeOptions, Picture, PictureInput, RawPicture } from './contracts/picture.js';
export type * from './contracts/results.js';
export type { Runtime, RuntimeHandle } from './contracts/runtime.js';
export type { Tensor, TensorType, ValueInfo } from './contracts/tensor.js';
export {
  convertPaddleModel,
  type ConvertedModel,
  type ExternalData,
  type ExternalDataOptions,
  type PaddleFiles,
} from './paddle/index.js';
