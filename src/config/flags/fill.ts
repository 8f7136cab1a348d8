import path from 'node:path';
import { DEFAULT_COMPUTE } from '../../contracts/compute.js';
import { FdeployError } from '../../contracts/errors.js';
import {
  FORMATS,
  isResumable,
  RESUMABLE_FORMATS,
  type Format,
  type Mode,
  type Task,
} from '../../contracts/results.js';
import type { ModelSpec } from '../../contracts/spec.js';
import { withLanguage } from '../../hub/sets.js';
import { clonesOf, usableCpus } from '../../machine/cpus.js';
import { checkTask, longName } from './flag.js';
import { pageRanges } from './page-list.js';
import { PREDICT_FLAGS } from './predict.js';
import { DEFAULT_QUEUE_TIMEOUT, queueOf } from './queue.js';
import { shardOf } from './shard.js';
import type {
  FilledPredictOptions,
  FilledRunOptions,
  PredictUserOptions,
  RunUserOptions,
} from './predict-options.js';

const DEFAULT_MODEL = 'ppocr-v4';
const DEFAULT_MODE: Mode = 'thread';
const DEFAULT_RETRIES = 1;
/** Clones that keep a GPU busy: further ones take its memory and gain little. */
const GPU_CLONES = 4;

/**
 * Fills in the defaults of a run's settings.
 * @throws FdeployError BAD_OPTION if two options exclude each other
 */
export function fillRunOptions(options: RunUserOptions): FilledRunOptions {
  const mode = options.mode ?? defaultMode(options.device);
  if (options.timeout !== undefined && mode !== 'process') {
    throw new FdeployError(
      'BAD_OPTION',
      '--timeout needs --mode process: a thread in a native call cannot be stopped',
      { file: '--timeout' },
    );
  }
  const threads = options.threadsPerWorker ?? 1;
  const cpus = usableCpus();
  const workers = options.workers ?? defaultClones(threads, options.device, cpus);
  refuseWebGpuThreads(options.device, mode, workers);
  return {
    spec: modelSpec(options, threads),
    mode,
    workers,
    ordered: options.ordered ?? false,
    retries: options.retries ?? DEFAULT_RETRIES,
    failFast: options.failFast ?? false,
    artifacts: given({
      masks: options.masks,
      drawings: options.saveImages,
      crops: options.saveCrops,
      imageFormat: options.imageFormat,
    }),
    ...given({
      shareableCpus: options.threadsPerWorker === undefined ? Math.min(workers, cpus) : undefined,
      timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
      maxWorkerMemoryMiB: options.maxWorkerMemory,
    }),
  };
}

function isCpu(device = DEFAULT_COMPUTE.device): boolean {
  return device === DEFAULT_COMPUTE.device;
}

/** What clones run in if nothing else is asked for. */
export function defaultMode(device?: string): Mode {
  return isCpu(device) ? DEFAULT_MODE : 'process';
}

/** How many clones of `threads` threads a machine has if nothing else is asked for. */
export function defaultClones(threads: number, device?: string, cpus = usableCpus()): number {
  return Math.min(clonesOf(threads, cpus), isCpu(device) ? Infinity : GPU_CLONES);
}

/** @throws FdeployError BAD_OPTION */
export function refuseWebGpuThreads(device: string | undefined, mode: Mode, workers: number): void {
  if (device !== 'webgpu' || mode !== 'thread' || workers === 1) return;
  throw new FdeployError(
    'BAD_OPTION',
    '--device webgpu needs --mode process, or --workers 1: sessions in several threads end the process',
    { file: '--mode' },
  );
}

function modelSpec(options: RunUserOptions, threads: number): ModelSpec {
  const model = options.model ?? DEFAULT_MODEL;
  const ocr = given({
    profile: options.ocrProfile,
    words: options.words,
    detLimitSide: options.detLimitSide,
    detLimitType: options.detLimitType,
    detThresh: options.detThresh,
    detBoxThresh: options.detBoxThresh,
    detUnclip: options.detUnclip,
    clsBatch: options.clsBatch,
    recBatch: options.recBatch,
  });
  const decode = given({
    background: options.background,
    acceptTruncated: options.acceptTruncated,
    maxPixels: options.maxPixels,
    mode: options.decode,
    dpi: options.dpi,
  });
  return {
    model: options.lang === undefined ? model : withLanguage(model, options.lang),
    threads,
    batchSize: options.batchSize ?? 1,
    shareWeights: true,
    ...given({
      modelConfig: options.modelConfig,
      modelFile: options.modelFile,
      labels: options.labels,
      task: options.task,
      docModel: options.docModel,
      detModel: options.detModel,
      clsModel: options.clsModel,
      recModel: options.recModel,
      recDict: options.recDict,
      noCls: options.cls === false ? true : undefined,
      topk: options.topk,
      threshold: options.threshold,
      scoreMaps: options.scoreMaps,
      classes: options.classes,
      backend: options.backend,
      device: options.device,
      precision: options.precision,
      ocr: Object.keys(ocr).length > 0 ? ocr : undefined,
      decode: Object.keys(decode).length > 0 ? decode : undefined,
    }),
  };
}

/**
 * Fills in the defaults of `fdeploy predict`.
 * @throws FdeployError BAD_OPTION if options exclude each other, RESUME_IMPOSSIBLE for a format that cannot be resumed
 */
export function fillPredictOptions(options: PredictUserOptions): FilledPredictOptions {
  const file = options.output === '-' ? undefined : options.output;
  const format = options.format ?? formatOf(file);
  const conflict = (message: string): never => {
    throw new FdeployError('BAD_OPTION', message);
  };
  if (options.resume && options.overwrite) conflict('--resume and --overwrite cannot be used together');
  if (options.resume && file === undefined) conflict('--resume needs --output with the name of a file');
  if (options.retryErrors === false && !options.resume) conflict('--no-retry-errors needs --resume');
  if (options.resume && !isResumable(format)) {
    throw new FdeployError(
      'RESUME_IMPOSSIBLE',
      `an output of format ${format} cannot be resumed: use --format ${RESUMABLE_FORMATS.join(' or ')}`,
    );
  }
  const queue = queueOf(options.queue);
  const texts = given({ text: options.saveText, hocr: options.saveHocr, pdf: options.savePdf });
  return {
    run: fillRunOptions(options),
    output: {
      file,
      format,
      existing: options.resume ? 'resume' : options.overwrite ? 'overwrite' : 'refuse',
      retryErrors: options.retryErrors ?? true,
      readableOnTerminal: options.output === undefined && options.format === undefined,
    },
    progress: options.quiet ? 'none' : (options.progress ?? 'auto'),
    quiet: options.quiet ?? false,
    pull: options.pull ?? false,
    ...given({
      fromFile: options.fromFile,
      pages: options.pages === undefined ? undefined : pageRanges(options.pages),
      shard: options.shard === undefined ? undefined : shardOf(options.shard),
      queue:
        queue === undefined
          ? undefined
          : { url: queue, timeoutMs: (options.queueTimeout ?? DEFAULT_QUEUE_TIMEOUT) * 1000 },
      texts: Object.keys(texts).length > 0 ? texts : undefined,
      report: options.report,
      summary: options.summary,
    }),
  };
}

/** The formats by the endings of their files. */
const ENDINGS: Readonly<Record<string, Format>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.csv': 'csv',
  '.txt': 'txt',
};

/**
 * The format for an output's name; jsonl for stdout and for names without an ending, such as devices.
 * @throws FdeployError BAD_OPTION for an ending that belongs to no format
 */
function formatOf(file: string | undefined): Format {
  const ending = path.extname(file ?? '').toLowerCase();
  const format = ending === '' ? 'jsonl' : ENDINGS[ending];
  if (format !== undefined) return format;
  const known = Object.keys(ENDINGS).join(', ');
  throw new FdeployError(
    'BAD_OPTION',
    `the output '${file ?? ''}' ends in ${ending}, which is not a known format: use ${known}, or set --format to ${FORMATS.join(', ')}`,
    { file: '--output' },
  );
}

/**
 * Rejects options that do not apply to the model's task.
 * @param options from the command line only; a defaults file may have options for several tasks
 * @throws FdeployError BAD_OPTION
 */
export function checkTaskOptions(options: PredictUserOptions, task: Task): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const flag = PREDICT_FLAGS[name as keyof PredictUserOptions];
    checkTask(flag, longName(flag), task);
  }
}

/** `values` without undefined entries. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
