import { IMAGE_FORMATS } from '../../contracts/artifacts.js';
import { BACKEND_NAMES, PRECISIONS } from '../../contracts/compute.js';
import { DECODE_MODES } from '../../contracts/picture.js';
import { MODES, TASKS } from '../../contracts/results.js';
import { KNOWN_MODELS } from '../places/known-models.js';
import type { AnyFlag, FlagTable } from './flag.js';
import { OCR_FLAGS } from './ocr.js';
import { pageList } from './page-list.js';
import type { RunUserOptions } from './predict-options.js';
import { shardText } from './shard.js';
import { background, deviceName, numberFrom, oneOf, positiveNumber, text, wholeNumber } from './values.js';

const MODEL = 'Model';
const RESULTS = 'Results';
export const PICTURES = 'Pictures';
const CLONES = 'Clones';
export const OUTPUT = 'Output';

export const file = text('the name of a file');
export const folder = text('the name of a folder');
const count = wholeNumber(1, 65_536);
const threads = wholeNumber(1, 1024);

/** For the commands that may load OpenVINO; code that imports fdeploy sets the variable. */
export const OPENVINO_PLACE = {
  flags: '--openvino <path>',
  group: CLONES,
  help: 'where OpenVINO is: its libopenvino_c, or the folder that this is in',
  fallback: '$FDEPLOY_OPENVINO, else searched for',
  path: true,
  read: text('the name of a file or folder'),
} as const satisfies AnyFlag;

/** The options of a run, on the command line and in the API. */
export const RUN_FLAGS = {
  model: {
    flags: '-m, --model <model>',
    group: MODEL,
    help: `exported directory or an archive of one (.tar, .tar.gz, .zip), model file (.onnx, .pdmodel, PIR .json), model config (a suite's yml, a PaddleX pipeline yaml, fdeploy's own), a known name (${Object.keys(KNOWN_MODELS).join(', ')}, PP-OCRv5_mobile, ...; see fdeploy models known) or hf:owner/name`,
    fallback: 'ppocr-v4, which comes with the install',
    path: true,
    read: text('a directory, a file or a known name'),
  },
  modelConfig: {
    flags: '--model-config <file>',
    group: MODEL,
    help: 'the config file (yml); only needed if the directory does not determine it',
    fallback: 'detected',
    path: true,
    read: file,
  },
  modelFile: {
    flags: '--model-file <file>',
    group: MODEL,
    help: 'the model file; only needed if the directory does not determine it',
    fallback: 'detected',
    path: true,
    read: file,
  },
  labels: {
    flags: '--labels <file>',
    group: MODEL,
    help: 'label file, each line "label", "id label" or "id,label"',
    fallback: "the yml's",
    tasks: ['classification', 'detection', 'segmentation'],
    path: true,
    read: file,
  },
  task: {
    flags: '--task <task>',
    group: MODEL,
    help: `${TASKS.join(', ')}; only needed if it cannot be detected`,
    fallback: 'detected',
    read: oneOf(TASKS),
  },
  topk: {
    flags: '--topk <k>',
    group: RESULTS,
    help: 'classification: number of classes to return',
    fallback: '5',
    tasks: ['classification'],
    read: count,
  },
  threshold: {
    flags: '--threshold <t>',
    group: RESULTS,
    help: 'minimum score; ocr: minimum text score',
    fallback: "the model config's",
    tasks: ['classification', 'detection', 'ocr'],
    read: numberFrom(0, 1),
  },
  scoreMaps: {
    flags: '--score-maps',
    group: RESULTS,
    help: 'segmentation: resize the scores before taking the best label (slower, smoother edges)',
    tasks: ['segmentation'],
  },
  classes: {
    flags: '--classes <list>',
    group: RESULTS,
    help: 'detection: only objects with these labels or ids, such as person,bus',
    fallback: 'all',
    tasks: ['detection'],
    read: text('labels or ids, separated by commas'),
  },
  masks: {
    flags: '--masks <dir>',
    group: RESULTS,
    help: 'segmentation: write label maps to this folder as indexed PNGs, not into the records',
    tasks: ['segmentation'],
    perRun: true,
    read: folder,
  },
  ...OCR_FLAGS,
  background: {
    flags: '--background <colour>',
    group: PICTURES,
    help: 'how to fill transparent pixels: drop ignores the alpha channel as cv2 does, auto blends with a contrasting colour, #rrggbb blends with that colour',
    fallback: 'auto for ocr, else drop',
    read: background,
  },
  acceptTruncated: {
    flags: '--accept-truncated',
    group: PICTURES,
    help: 'predict the readable part of a truncated picture instead of reporting an error',
  },
  maxPixels: {
    flags: '--max-pixels <n>',
    group: PICTURES,
    help: 'largest picture in pixels, width times height',
    fallback: '268 million',
    read: wholeNumber(1),
  },
  pages: {
    flags: '--pages <list>',
    group: PICTURES,
    help: 'of documents (PDF, TIFF with several pages): only these pages, such as 1-3,7 or 5-',
    fallback: 'all',
    perRun: true,
    read: pageList,
  },
  shard: {
    flags: '--shard <i/n>',
    group: PICTURES,
    help: 'predict the i-th of n equal parts, i from 1; the name of a picture decides which part it is in',
    fallback: 'all',
    perRun: true,
    read: shardText,
  },
  dpi: {
    flags: '--dpi <n>',
    group: PICTURES,
    help: 'dots per inch of PDF pages; fewer where a page would exceed --max-pixels',
    fallback: '200',
    read: numberFrom(1, 10_000),
  },
  decode: {
    flags: '--decode <mode>',
    group: PICTURES,
    help: 'exact; or fast: large JPEG and WebP files are decoded at the smallest size that is still twice what the network needs',
    fallback: 'exact',
    tasks: ['classification', 'detection', 'segmentation'],
    read: oneOf(DECODE_MODES),
  },
  mode: {
    flags: '--mode <mode>',
    group: CLONES,
    help: 'how clones run: thread or process',
    fallback: 'thread',
    read: oneOf(MODES),
  },
  workers: {
    flags: '-n, --workers <n>',
    group: CLONES,
    help: 'number of clones; they share one copy of the weights',
    fallback: 'CPUs this process may use / threads per worker',
    read: threads,
  },
  threadsPerWorker: {
    flags: '--threads-per-worker <k>',
    group: CLONES,
    help: 'compute threads per clone',
    fallback: '1; ocr adds the threads of workers without pages',
    read: threads,
  },
  batchSize: {
    flags: '-b, --batch-size <n>',
    group: CLONES,
    help: "pictures per inference; the model's batch dimension must be free",
    fallback: '1',
    read: count,
  },
  backend: {
    flags: '--backend <backend>',
    group: CLONES,
    help: 'what computes the networks: onnxruntime; openvino, if it is installed (pip install openvino)',
    fallback: 'onnxruntime',
    read: oneOf(BACKEND_NAMES),
  },
  device: {
    flags: '--device <device>',
    group: CLONES,
    help: 'where onnxruntime computes: cpu; webgpu; cuda or cuda:<number of the GPU>, if its CUDA provider is installed; fdeploy doctor shows what there is',
    fallback: 'cpu',
    read: deviceName,
  },
  precision: {
    flags: '--precision <precision>',
    group: CLONES,
    help: "numbers that networks compute in: float32; bfloat16; int8, with a table of fdeploy quantize; auto: float32 on onnxruntime, the processor's choice on openvino",
    fallback: 'auto',
    read: oneOf(PRECISIONS),
  },
  retries: {
    flags: '--retries <n>',
    group: CLONES,
    help: 'how often to retry a picture whose worker crashed; it is retried alone',
    fallback: '1',
    read: wholeNumber(0, 1000),
  },
  timeout: {
    flags: '--timeout <s>',
    group: CLONES,
    help: 'process mode: a picture that takes longer fails, and its worker is replaced',
    fallback: 'none',
    read: positiveNumber('seconds'),
  },
  maxWorkerMemory: {
    flags: '--max-worker-memory <MiB>',
    group: CLONES,
    help: 'replace a worker, between pictures, when it uses more than this',
    fallback: 'none',
    read: positiveNumber('MiB'),
  },
  failFast: {
    flags: '--fail-fast',
    group: CLONES,
    help: 'stop at the first failed picture',
  },
  ordered: {
    flags: '--ordered',
    group: OUTPUT,
    help: 'write results in input order; a slow picture delays those after it, at most 64 per worker',
    fallback: 'completion order',
  },
  saveImages: {
    flags: '--save-images <dir>',
    group: OUTPUT,
    help: 'write each picture with its result drawn on it; the folder structure is kept',
    perRun: true,
    read: folder,
  },
  saveCrops: {
    flags: '--save-crops <dir>',
    group: OUTPUT,
    help: 'write each object, in a folder per label, or each line of text as a picture of its own',
    tasks: ['detection', 'ocr'],
    perRun: true,
    read: folder,
  },
  imageFormat: {
    flags: '--image-format <format>',
    group: OUTPUT,
    help: 'format of drawn pictures and crops: png or jpeg',
    fallback: 'png',
    read: oneOf(IMAGE_FORMATS),
  },
} as const satisfies FlagTable<RunUserOptions>;
