import type { FlagTable } from './flag.js';
import { OCR_FLAGS } from './ocr.js';
import type { OcrUserOptions, RunUserOptions } from './predict-options.js';
import { RUN_FLAGS } from './run.js';
import { numberFrom, text } from './values.js';

const OPTIONS = 'Options';

export interface QuantizeUserOptions
  extends OcrUserOptions, Pick<RunUserOptions, 'modelConfig' | 'modelFile' | 'labels' | 'task'> {
  output?: string;
  overwrite?: boolean;
  /** Percent. */
  maxDrop?: number;
  json?: boolean;
  markdown?: boolean;
}

const { modelConfig, modelFile, labels, task } = RUN_FLAGS;

/** The options of `fdeploy quantize`. */
export const QUANTIZE_FLAGS = {
  modelConfig,
  modelFile,
  labels,
  task,
  ...OCR_FLAGS,
  maxDrop: {
    flags: '--max-drop <percent>',
    group: OPTIONS,
    help: 'how much of the agreement with float32 may be lost on pictures held out from calibration',
    fallback: '0.5',
    read: numberFrom(0, 100),
  },
  output: {
    flags: '-o, --output <file>',
    group: OPTIONS,
    help: 'table to write',
    fallback: "quantization.json beside the model; in the cache, if the model's folder cannot be written",
    read: text('the name of a file'),
  },
  overwrite: { flags: '--overwrite', group: OPTIONS, help: 'replace an existing table' },
  json: { flags: '--json', group: OPTIONS, help: 'print the report as one JSON document' },
  markdown: { flags: '--markdown', group: OPTIONS, help: 'print the report as Markdown' },
} as const satisfies FlagTable<QuantizeUserOptions>;
