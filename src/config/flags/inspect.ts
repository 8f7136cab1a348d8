import type { FlagTable } from './flag.js';
import { OCR_FLAGS } from './ocr.js';
import { OPENVINO_PLACE, RUN_FLAGS } from './run.js';
import type { RunUserOptions } from './predict-options.js';

/** The options of a run that `inspect` takes: those about the model and its results. */
const MODEL_OPTIONS = [
  'modelConfig',
  'modelFile',
  'labels',
  'task',
  'topk',
  'threshold',
  'scoreMaps',
  'threadsPerWorker',
  'batchSize',
  'backend',
  'precision',
] as const satisfies (keyof RunUserOptions)[];

export interface InspectUserOptions extends Omit<RunUserOptions, 'model'> {
  openvino?: string;
  graph?: boolean;
  json?: boolean;
}

/** The options of `fdeploy inspect`. */
export const INSPECT_FLAGS = {
  ...(Object.fromEntries(MODEL_OPTIONS.map((name) => [name, RUN_FLAGS[name]])) as Pick<
    typeof RUN_FLAGS,
    (typeof MODEL_OPTIONS)[number]
  >),
  openvino: OPENVINO_PLACE,
  ...OCR_FLAGS,
  graph: {
    flags: '--graph',
    group: 'Options',
    help: "count the networks' nodes by operator: in the file, simplified, and as run",
  },
  json: {
    flags: '--json',
    group: 'Options',
    help: 'print one JSON document',
  },
} as const satisfies Partial<FlagTable<InspectUserOptions>>;
