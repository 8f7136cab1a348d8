import { FORMATS } from '../../contracts/results.js';
import type { FlagTable } from './flag.js';
import { PROGRESS_KINDS, type PredictUserOptions } from './predict-options.js';
import { file, folder, OUTPUT, PICTURES, RUN_FLAGS } from './run.js';
import { oneOf, text } from './values.js';

const MEANWHILE = 'Meanwhile';

/** The help has the rest of the output's options between these two. */
const { ordered, saveImages, ...aboutTheModel } = RUN_FLAGS;

/** Every option of `fdeploy predict`. */
export const PREDICT_FLAGS = {
  ...aboutTheModel,
  fromFile: {
    flags: '--from-file <list>',
    group: PICTURES,
    help: 'a file with one path a line (or separated by NUL bytes)',
    perRun: true,
    read: file,
  },
  output: {
    flags: '-o, --output <file>',
    group: OUTPUT,
    help: '- is stdout; a file that is there already is an error without --resume or --overwrite',
    fallback: 'stdout',
    perRun: true,
    read: text('the name of a file, or - for stdout'),
  },
  format: {
    flags: '-f, --format <format>',
    group: OUTPUT,
    help: FORMATS.join(', '),
    fallback: "by the output's ending, else jsonl",
    read: oneOf(FORMATS),
  },
  overwrite: {
    flags: '--overwrite',
    group: OUTPUT,
    help: 'replace an output that is there',
    perRun: true,
  },
  resume: {
    flags: '--resume',
    group: OUTPUT,
    help: 'keep what the output already holds and predict the rest (jsonl, csv)',
    perRun: true,
  },
  retryErrors: {
    flags: '--no-retry-errors',
    group: OUTPUT,
    help: 'with --resume: pictures that failed stay failed',
    perRun: true,
  },
  ordered,
  saveImages,
  report: {
    flags: '--report <dir>',
    group: OUTPUT,
    help: 'a static page of the run, opened from disk',
    perRun: true,
    read: folder,
  },
  summary: {
    flags: '--summary <file>',
    group: OUTPUT,
    help: "the run's summary as JSON",
    fallback: 'printed to stderr in short',
    perRun: true,
    read: file,
  },
  progress: {
    flags: '--progress <kind>',
    group: MEANWHILE,
    help: 'on stderr: bar, plain (a line every 10 s), none; auto is a bar on a terminal, else plain',
    fallback: 'auto',
    read: oneOf(PROGRESS_KINDS),
  },
  quiet: {
    flags: '-q, --quiet',
    group: MEANWHILE,
    help: 'nothing on stderr but errors',
  },
} as const satisfies FlagTable<PredictUserOptions>;
