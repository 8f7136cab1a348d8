import type { ImageFormat } from '../../contracts/artifacts.js';
import type { BackendName, Precision } from '../../contracts/compute.js';
import type { Background, DecodeMode } from '../../contracts/picture.js';
import type { PageRange } from '../../contracts/pages.js';
import type { Format, Mode, Task } from '../../contracts/results.js';
import type { Shard } from '../../contracts/shard.js';
import type { RunOptions } from '../../contracts/run.js';
import type { TextFolders } from '../../contracts/text-files.js';

export const PROGRESS_KINDS = ['auto', 'bar', 'plain', 'none'] as const;
export type ProgressKind = (typeof PROGRESS_KINDS)[number];

/** Options of the OCR pipeline. */
export interface OcrUserOptions {
  docModel?: string;
  detModel?: string;
  clsModel?: string;
  recModel?: string;
  recDict?: string;
  /** Language of an OCR set that is known by name. */
  lang?: string;
  /** false: skip the orientation step of ocr. */
  cls?: boolean;
  ocrProfile?: 'best' | 'paddleocr';
  detLimitSide?: number;
  words?: boolean;
  detLimitType?: 'min' | 'max';
  detThresh?: number;
  detBoxThresh?: number;
  detUnclip?: number;
  clsBatch?: number;
  recBatch?: number;
}

/** Options of the model, the pictures and the clones. All have defaults. */
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
  /** detection: only these labels or ids, separated by commas. */
  classes?: string;
  background?: Background;
  acceptTruncated?: boolean;
  /** Largest picture in pixels, width times height. */
  maxPixels?: number;
  decode?: DecodeMode;
  /** Of documents, only these pages: `1-3,7`. */
  pages?: string;
  /** One of equal parts: `2/8`. The name of a picture decides which part it is in. */
  shard?: string;
  /** Dots per inch of PDF pages. */
  dpi?: number;
  mode?: Mode;
  workers?: number;
  threadsPerWorker?: number;
  batchSize?: number;
  backend?: BackendName;
  device?: string;
  precision?: Precision;
  ordered?: boolean;
  retries?: number;
  /** Time limit per picture in seconds; process mode only. */
  timeout?: number;
  /** Memory limit of one worker in MiB. */
  maxWorkerMemory?: number;
  failFast?: boolean;
  /** Folder for pictures with their results drawn on them. */
  saveImages?: string;
  /** Folder for objects or lines of text as pictures. */
  saveCrops?: string;
  /** Of drawn pictures and crops. */
  imageFormat?: ImageFormat;
  /** Folder for label maps as indexed PNGs. */
  masks?: string;
}

/** Options that only the command line has: lists, output and progress. */
export interface PredictUserOptions extends RunUserOptions {
  /** OpenVINO's C library, or the folder it is in. */
  openvino?: string;
  fromFile?: string;
  output?: string;
  format?: Format;
  overwrite?: boolean;
  resume?: boolean;
  /** false: do not retry failed pictures on `resume`. */
  retryErrors?: boolean;
  /** ocr: folder for plain text, one file per document or picture. */
  saveText?: string;
  /** ocr: folder for hOCR. */
  saveHocr?: string;
  /** ocr: folder for searchable PDFs. */
  savePdf?: string;
  report?: string;
  summary?: string;
  progress?: ProgressKind;
  quiet?: boolean;
  /** Address of Redis; workers of other machines predict. */
  queue?: string;
  /** Seconds that Redis or the workers may be away. */
  queueTimeout?: number;
  /** Fetch models that are known by name and not on this machine. */
  pull?: boolean;
}

/** A run's options with defaults, without what the run itself adds. */
export type FilledRunOptions = Omit<RunOptions, 'feed' | 'dispatch' | 'signal' | 'notify'>;

export interface FilledPredictOptions {
  run: FilledRunOptions;
  fromFile?: string;
  /** The pages of documents to predict. Default: all. */
  pages?: readonly PageRange[];
  /** Default: all sources. */
  shard?: Shard;
  output: {
    /** undefined is stdout. */
    file: string | undefined;
    format: Format;
    /** What to do if `file` exists. */
    existing: 'refuse' | 'overwrite' | 'resume';
    retryErrors: boolean;
    /** If stdout is a terminal, a line per picture for a person to read instead of `format`. */
    readableOnTerminal: boolean;
  };
  /** Folders for files with the text of documents and pictures. */
  texts?: TextFolders;
  report?: string;
  summary?: string;
  /** Who predicts, if not this machine. */
  queue?: { url: string; timeoutMs: number };
  progress: ProgressKind;
  quiet: boolean;
  pull: boolean;
}
