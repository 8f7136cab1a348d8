import type { Precision } from './compute.js';
import type { DecodeOptions } from './picture.js';
import type { Task } from './results.js';

/** OCR settings. They override the model's config, which overrides the profile. */
export interface OcrSettings {
  /** Defaults of all settings: `best` is most accurate, `paddleocr` is exactly PaddleOCR's. */
  profile: 'best' | 'paddleocr';
  /** Side length in pixels that `detLimitType` refers to. */
  detLimitSide?: number;
  /** `min`: enlarge until the shorter side is at least `detLimitSide`; `max`: reduce until the longer one is at most that. */
  detLimitType?: 'min' | 'max';
  /** Minimum probability for a pixel to count as text, 0 to 1. */
  detThresh?: number;
  /** Minimum mean probability for a box to count as text, 0 to 1. */
  detBoxThresh?: number;
  /** A box is expanded on each side by its area times this ratio, divided by its perimeter. */
  detUnclip?: number;
  /** Text lines per inference of the orientation model. */
  clsBatch: number;
  /** Maximum text lines per inference of the recognition model. */
  recBatch: number;
  /** Give the place of each word. Default: false. */
  words?: boolean;
}

/** A model and all settings that change its results. Settings that the user omitted are omitted here. */
export interface ModelSpec {
  /** Directory, model file, config file or known name. */
  model: string;
  /** Path of the config (yml). Default: the one beside the network. */
  modelConfig?: string;
  /** Path of the network's file. Default: the one in the directory. */
  modelFile?: string;
  /** Path of the label file: each line `label`, `id label` or `id,label`. Default: the config's labels. */
  labels?: string;
  /** Default: detected from the model's config and outputs. */
  task?: Task;
  /** OCR: page orientation model; overrides the one in `model`. */
  docModel?: string;
  /** OCR: text detection model; overrides the one in `model`. */
  detModel?: string;
  /** OCR: text orientation model; overrides the one in `model`. */
  clsModel?: string;
  /** OCR: text recognition model; overrides the one in `model`. */
  recModel?: string;
  /** OCR: path of the recognition model's dictionary, one character per line. */
  recDict?: string;
  /** OCR: skip the orientation step. */
  noCls?: boolean;
  /** Classification: number of classes to return. Default: 5. */
  topk?: number;
  /** Minimum score, 0 to 1; ocr: minimum text score. Default: the config's. */
  threshold?: number;
  /** Segmentation: resize the score maps before taking the best label. */
  scoreMaps?: boolean;
  /** Detection: only these labels or ids, separated by commas. Default: all. */
  classes?: string;
  ocr?: Partial<OcrSettings>;
  decode?: Partial<DecodeOptions>;
  /** What computes the networks. Default: onnxruntime. */
  backend?: string;
  /** Where the backend computes: `cpu`, `webgpu` or `cuda:<n>`. Default: cpu. */
  device?: string;
  /** Numbers that the networks compute in. Default: auto. */
  precision?: Precision;
  /** Intra-op threads of one clone. */
  threads: number;
  /** Pictures per inference; above 1, the network's batch dimension must be free. */
  batchSize: number;
  /** false: each clone loads its own copy of the weights (for comparison). */
  shareWeights: boolean;
}

/** Receives messages for the user (the command line prints them to stderr), never results. */
export type Notify = (sentence: string) => void;
