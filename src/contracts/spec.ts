import type { DecodeOptions } from './picture.js';
import type { Task } from './results.js';

/** OCR settings that a caller may set over the profile and the model's config. */
export interface OcrSettings {
  profile: 'best' | 'paddleocr';
  detLimitSide?: number;
  detLimitType?: 'min' | 'max';
  detThresh?: number;
  detBoxThresh?: number;
  detUnclip?: number;
  clsBatch: number;
  recBatch: number;
}

/** Which model, and every setting that changes its results. What the user left out is left out here. */
export interface ModelSpec {
  /** Directory, model file, config file or known name. */
  model: string;
  modelConfig?: string;
  modelFile?: string;
  labels?: string;
  task?: Task;
  detModel?: string;
  clsModel?: string;
  recModel?: string;
  recDict?: string;
  noCls?: boolean;
  topk?: number;
  threshold?: number;
  scoreMaps?: boolean;
  ocr?: Partial<OcrSettings>;
  decode?: Partial<DecodeOptions>;
  /** What computes the networks; onnxruntime where it is left out. */
  backend?: string;
  /** Intra-op threads of one clone. */
  threads: number;
  batchSize: number;
  /** false: every clone loads its own weights (for comparison). */
  shareWeights: boolean;
}

/** Receives sentences for a person (stderr on the command line); never results. */
export type Notify = (sentence: string) => void;
