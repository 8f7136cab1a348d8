import type { FlagTable } from './flag.js';
import { OPENVINO_PLACE } from './run.js';
import { oneOf, text } from './values.js';

const OPTIONS = 'Options';

export const MODELS_ACTIONS = ['list', 'known', 'pull', 'add', 'remove', 'path', 'clear'] as const;
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
    help: 'folder to write the page to',
    fallback: 'night.jsonl -> night-report, beside the records',
    read: text('the name of a folder'),
  },
  summary: {
    flags: '--summary <file>',
    group: OPTIONS,
    help: "the run's summary, written by predict --summary",
    fallback: 'computed from the records',
    read: text('the name of a file'),
  },
} as const satisfies FlagTable<ReportOptions>;

/** What `convert` writes networks in. */
export const CONVERT_PRECISIONS = ['float32', 'int8'] as const;

export interface ConvertOptions {
  output?: string;
  precision?: (typeof CONVERT_PRECISIONS)[number];
  overwrite?: boolean;
}

/** The options of `fdeploy convert`. */
export const CONVERT_FLAGS = {
  precision: {
    flags: '--precision <precision>',
    group: OPTIONS,
    help: 'float32; int8: the network of an export or of an ONNX model with QuantizeLinear and DequantizeLinear, with a table of fdeploy quantize',
    fallback: 'float32',
    read: oneOf(CONVERT_PRECISIONS),
  },
  output: {
    flags: '-o, --output <file>',
    group: OPTIONS,
    help: 'ONNX file to write',
    fallback: "the model's name with .onnx, beside the model",
    read: text('the name of a file'),
  },
  overwrite: {
    flags: '--overwrite',
    group: OPTIONS,
    help: 'replace an existing file',
  },
} as const satisfies FlagTable<ConvertOptions>;

export interface DoctorOptions {
  openvino?: string;
  json?: boolean;
}

/** The options of `fdeploy doctor`. */
export const DOCTOR_FLAGS = {
  openvino: { ...OPENVINO_PLACE, group: OPTIONS },
  json: {
    flags: '--json',
    group: OPTIONS,
    help: 'print one JSON document',
  },
} as const satisfies FlagTable<DoctorOptions>;
