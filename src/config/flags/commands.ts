import type { FlagTable } from './flag.js';
import { text } from './values.js';

const OPTIONS = 'Options';

export const MODELS_ACTIONS = ['list', 'path', 'clear'] as const;
export type ModelsAction = (typeof MODELS_ACTIONS)[number];

export interface ReportOptions {
  output?: string;
  summary?: string;
}

/** The options of `fdeploy report`. */
export const REPORT_FLAGS = {
  output: {
    flags: '-o, --output <dir>',
    group: OPTIONS,
    help: 'folder of the page',
    fallback: 'beside the records: night.jsonl -> night-report',
    read: text('the name of a folder'),
  },
  summary: {
    flags: '--summary <file>',
    group: OPTIONS,
    help: "the run's summary, as predict --summary wrote it",
    fallback: 'what the records tell',
    read: text('the name of a file'),
  },
} as const satisfies FlagTable<ReportOptions>;

export interface ConvertOptions {
  output?: string;
  overwrite?: boolean;
}

/** The options of `fdeploy convert`. */
export const CONVERT_FLAGS = {
  output: {
    flags: '-o, --output <file>',
    group: OPTIONS,
    help: 'the ONNX file',
    fallback: "beside the model, by the model's name",
    read: text('the name of a file'),
  },
  overwrite: {
    flags: '--overwrite',
    group: OPTIONS,
    help: 'replace a file that is there',
  },
} as const satisfies FlagTable<ConvertOptions>;
