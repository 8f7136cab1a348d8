import { DECODE_MODES } from '../../contracts/picture.js';
import { MODES, TASKS } from '../../contracts/results.js';
import { KNOWN_MODELS } from '../places/known-models.js';
import type { FlagTable } from './flag.js';
import { OCR_FLAGS } from './ocr.js';
import type { RunUserOptions } from './predict-options.js';
import { background, numberFrom, oneOf, positiveNumber, text, wholeNumber } from './values.js';

const MODEL = 'Model';
const RESULTS = 'What a prediction holds';
export const PICTURES = 'Pictures';
const CLONES = 'Clones';
export const OUTPUT = 'Output';

export const file = text('the name of a file');
export const folder = text('the name of a folder');
const count = wholeNumber(1, 65_536);
const threads = wholeNumber(1, 1024);

/** The options of a run, also of one that code starts. */
export const RUN_FLAGS = {
  model: {
    flags: '-m, --model <model>',
    group: MODEL,
    help: `exported directory, model file (.onnx, .pdmodel, PIR .json), model config (a suite's yml, a PaddleX pipeline yaml, fdeploy's own) or a known name (${Object.keys(KNOWN_MODELS).join(', ')})`,
    fallback: 'ppocr-v4, which comes with the install',
    path: true,
    read: text('a directory, a file or a known name'),
  },
  modelConfig: {
    flags: '--model-config <file>',
    group: MODEL,
    help: 'the yml, where the directory does not settle it',
    fallback: 'found',
    path: true,
    read: file,
  },
  modelFile: {
    flags: '--model-file <file>',
    group: MODEL,
    help: 'the model file, where the directory does not settle it',
    fallback: 'found',
    path: true,
    read: file,
  },
  labels: {
    flags: '--labels <file>',
    group: MODEL,
    help: 'one label a line, or "id label" or "id,label"',
    fallback: "the yml's",
    tasks: ['classification', 'detection', 'segmentation'],
    path: true,
    read: file,
  },
  task: {
    flags: '--task <task>',
    group: MODEL,
    help: `${TASKS.join(', ')}; only needed where the directory does not tell`,
    fallback: 'found',
    read: oneOf(TASKS),
  },
  topk: {
    flags: '--topk <k>',
    group: RESULTS,
    help: 'classification: classes returned',
    fallback: '5',
    tasks: ['classification'],
    read: count,
  },
  threshold: {
    flags: '--threshold <t>',
    group: RESULTS,
    help: 'lowest score; ocr: lowest text score',
    fallback: "the model config's",
    tasks: ['classification', 'detection', 'ocr'],
    read: numberFrom(0, 1),
  },
  scoreMaps: {
    flags: '--score-maps',
    group: RESULTS,
    help: 'segmentation: resize the scores, then take the best label (slower, smoother edges)',
    tasks: ['segmentation'],
  },
  masks: {
    flags: '--masks <dir>',
    group: RESULTS,
    help: 'segmentation: write label maps as indexed PNGs instead of runs in the record',
    tasks: ['segmentation'],
    perRun: true,
    read: folder,
  },
  ...OCR_FLAGS,
  background: {
    flags: '--background <colour>',
    group: PICTURES,
    help: 'what transparent pixels become: drop keeps the colour under the alpha as cv2 does, auto blends with a contrasting colour, #rrggbb with that one',
    fallback: 'auto for ocr, else drop',
    read: background,
  },
  acceptTruncated: {
    flags: '--accept-truncated',
    group: PICTURES,
    help: 'predict what a picture holds whose file was cut off, instead of an error',
  },
  maxPixels: {
    flags: '--max-pixels <n>',
    group: PICTURES,
    help: 'largest picture, width times height',
    fallback: '268 million',
    read: wholeNumber(1),
  },
  decode: {
    flags: '--decode <mode>',
    group: PICTURES,
    help: 'exact, or fast: a large JPEG or WebP is decoded at the smallest size that is still twice what the network needs',
    fallback: 'exact',
    tasks: ['classification', 'detection', 'segmentation'],
    read: oneOf(DECODE_MODES),
  },
  mode: {
    flags: '--mode <mode>',
    group: CLONES,
    help: 'what the clones run in: thread or process',
    fallback: 'thread',
    read: oneOf(MODES),
  },
  workers: {
    flags: '-n, --workers <n>',
    group: CLONES,
    help: 'clones of the model, which share one copy of its weights',
    fallback: 'CPUs this process may use / threads per worker',
    read: threads,
  },
  threadsPerWorker: {
    flags: '--threads-per-worker <k>',
    group: CLONES,
    help: 'threads that one clone computes with',
    fallback: '1; for text also those of workers without a page',
    read: threads,
  },
  batchSize: {
    flags: '-b, --batch-size <n>',
    group: CLONES,
    help: "pictures in one inference, where the model's batch dimension is free",
    fallback: '1',
    read: count,
  },
  retries: {
    flags: '--retries <n>',
    group: CLONES,
    help: 'how often a picture whose worker died is tried again, alone',
    fallback: '1',
    read: wholeNumber(0, 1000),
  },
  timeout: {
    flags: '--timeout <s>',
    group: CLONES,
    help: 'process mode: a picture that takes longer is an error and its worker is replaced',
    fallback: 'none',
    read: positiveNumber('seconds'),
  },
  maxWorkerMemory: {
    flags: '--max-worker-memory <MiB>',
    group: CLONES,
    help: 'a worker past it is replaced between pictures',
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
    help: 'results in input order; a slow picture holds back those behind it, within 64 pictures a worker',
    fallback: 'completion order',
  },
  saveImages: {
    flags: '--save-images <dir>',
    group: OUTPUT,
    help: 'every picture with its result drawn on it, in the same folder structure',
    perRun: true,
    read: folder,
  },
} as const satisfies FlagTable<RunUserOptions>;
