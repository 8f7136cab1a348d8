import type { Background, DecodeMode } from '../../contracts/picture.js';
import type { Format, Mode, Task } from '../../contracts/results.js';
import type { RunOptions } from '../../contracts/run.js';

export const PROGRESS_KINDS = ['auto', 'bar', 'plain', 'none'] as const;
export type ProgressKind = (typeof PROGRESS_KINDS)[number];

/** What a caller may say of the OCR pipeline. */
export interface OcrUserOptions {
  detModel?: string;
  clsModel?: string;
  recModel?: string;
  recDict?: string;
  /** false leaves the orientation step of ocr out. */
  cls?: boolean;
  ocrProfile?: 'best' | 'paddleocr';
  detLimitSide?: number;
  detLimitType?: 'min' | 'max';
  detThresh?: number;
  detBoxThresh?: number;
  detUnclip?: number;
  clsBatch?: number;
  recBatch?: number;
}

/** What a caller may say of the model, the pictures and the clones; whatever is left out has a default. */
export interface RunUserOptions extends OcrUserOptions {
  /** Directory, model file, config file or known name. */
  model?: string;
  modelConfig?: string;
  modelFile?: string;
  labels?: string;
  task?: Task;
  topk?: number;
  threshold?: number;
  scoreMaps?: boolean;
  background?: Background;
  acceptTruncated?: boolean;
  /** Largest picture in pixels, width times height. */
  maxPixels?: number;
  decode?: DecodeMode;
  mode?: Mode;
  workers?: number;
  threadsPerWorker?: number;
  batchSize?: number;
  ordered?: boolean;
  retries?: number;
  /** Seconds one picture may take; process mode only. */
  timeout?: number;
  /** MiB of one worker. */
  maxWorkerMemory?: number;
  failFast?: boolean;
  /** Folder for pictures with their results drawn on them. */
  saveImages?: string;
  /** Folder for label maps as indexed PNGs. */
  masks?: string;
}

/** What only the command line has: lists, output, and what it says meanwhile. */
export interface PredictUserOptions extends RunUserOptions {
  fromFile?: string;
  output?: string;
  format?: Format;
  overwrite?: boolean;
  resume?: boolean;
  /** false keeps failed pictures failed on `resume`. */
  retryErrors?: boolean;
  report?: string;
  summary?: string;
  progress?: ProgressKind;
  quiet?: boolean;
}

/** A run's options with every default filled in; what the run itself adds is left out. */
export type FilledRunOptions = Omit<RunOptions, 'feed' | 'dispatch' | 'signal' | 'notify'>;

export interface FilledPredictOptions {
  run: FilledRunOptions;
  fromFile?: string;
  output: {
    /** undefined is stdout. */
    file: string | undefined;
    format: Format;
    /** What happens where `file` is there already. */
    existing: 'refuse' | 'overwrite' | 'resume';
    retryErrors: boolean;
  };
  report?: string;
  summary?: string;
  progress: ProgressKind;
  quiet: boolean;
}
