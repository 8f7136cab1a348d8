import { FORMATS } from '../../contracts/results.js';
import { TEXT_FILE_OPTIONS } from '../../contracts/text-files.js';
import type { FlagTable } from './flag.js';
import { PROGRESS_KINDS, type PredictUserOptions } from './predict-options.js';
import { QUEUE_FLAGS } from './queue.js';
import { file, folder, OPENVINO_PLACE, OUTPUT, PICTURES, RUN_FLAGS } from './run.js';
import { oneOf, text } from './values.js';

const PROGRESS = 'Progress';

/** In the help, the other output options are between these two. */
const { ordered, saveImages, saveCrops, imageFormat, ...aboutTheModel } = RUN_FLAGS;

/** Every option of `fdeploy predict`. */
export const PREDICT_FLAGS = {
  ...aboutTheModel,
  openvino: OPENVINO_PLACE,
  pull: {
    flags: '--pull',
    group: 'Model',
    help: 'fetch a model known by name that is not on this machine (HF_ENDPOINT, HF_TOKEN)',
    perRun: true,
  },
  fromFile: {
    flags: '--from-file <list>',
    group: PICTURES,
    help: 'read paths from a file, one per line or separated by NUL bytes',
    perRun: true,
    read: file,
  },
  output: {
    flags: '-o, --output <file>',
    group: OUTPUT,
    help: 'output file, - for stdout; an existing file is an error without --resume or --overwrite',
    fallback: 'stdout',
    perRun: true,
    read: text('the name of a file, or - for stdout'),
  },
  format: {
    flags: '-f, --format <format>',
    group: OUTPUT,
    help: FORMATS.join(', '),
    fallback: "by the output's ending, else jsonl; on a terminal a readable line per picture",
    read: oneOf(FORMATS),
  },
  overwrite: {
    flags: '--overwrite',
    group: OUTPUT,
    help: 'replace an existing output and existing text files',
    perRun: true,
  },
  resume: {
    flags: '--resume',
    group: OUTPUT,
    help: 'keep the records already in the output and predict the rest (jsonl, csv)',
    perRun: true,
  },
  retryErrors: {
    flags: '--no-retry-errors',
    group: OUTPUT,
    help: 'with --resume: do not retry pictures that failed',
    perRun: true,
  },
  ordered,
  saveImages,
  saveCrops,
  imageFormat,
  saveText: {
    flags: `${TEXT_FILE_OPTIONS.text} <dir>`,
    group: OUTPUT,
    help: 'ocr: write the text of each document or picture to a .txt file; a form feed separates pages',
    tasks: ['ocr'],
    perRun: true,
    read: folder,
  },
  saveHocr: {
    flags: `${TEXT_FILE_OPTIONS.hocr} <dir>`,
    group: OUTPUT,
    help: 'ocr: write an hOCR file for each document or picture: lines and, with --words, words with their places',
    tasks: ['ocr'],
    perRun: true,
    read: folder,
  },
  savePdf: {
    flags: `${TEXT_FILE_OPTIONS.pdf} <dir>`,
    group: OUTPUT,
    help: 'ocr: write a searchable PDF of each document or picture: its pages under an invisible text layer',
    tasks: ['ocr'],
    perRun: true,
    read: folder,
  },
  report: {
    flags: '--report <dir>',
    group: OUTPUT,
    help: 'write an HTML page of the run that opens from disk',
    perRun: true,
    read: folder,
  },
  summary: {
    flags: '--summary <file>',
    group: OUTPUT,
    help: "write the run's summary as JSON",
    fallback: 'short form on stderr',
    perRun: true,
    read: file,
  },
  ...QUEUE_FLAGS,
  progress: {
    flags: '--progress <kind>',
    group: PROGRESS,
    help: 'on stderr: bar, plain (a line every 10 s) or none; auto: bar on a terminal, else plain',
    fallback: 'auto',
    read: oneOf(PROGRESS_KINDS),
  },
  quiet: {
    flags: '-q, --quiet',
    group: PROGRESS,
    help: 'print only errors to stderr',
  },
} as const satisfies FlagTable<PredictUserOptions>;
