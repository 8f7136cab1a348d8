export { convertPaddleModel, paddleFiles } from './convert.js';
export type { ConvertedModel } from './convert.js';
export type { PaddleFiles } from './readers/index.js';
export type { ExternalData, ExternalDataOptions } from './write-model.js';
