import { FdeployError } from '../../contracts/errors.js';
import { kindOf } from '../../contracts/kind-of.js';
import type { DecodeOptions } from '../../contracts/picture.js';
import type { Task } from '../../contracts/results.js';
import type { ModelSpec, OcrSettings } from '../../contracts/spec.js';
import { nearest } from '../nearest-name.js';
import { checkTask, type AnyFlag } from './flag.js';
import { PREDICT_FLAGS } from './predict.js';
import { RUN_FLAGS } from './run.js';
import { onOff } from './values.js';

type Flags<Name extends string> = Readonly<Record<Name, AnyFlag>>;

/** A switch that only the API has. */
const SWITCH = { flags: '', group: '', help: '' } as const satisfies AnyFlag;

/** The rules for options of a model: those of the command line, by their names in `open`. */
const MODEL_FLAGS: Flags<Exclude<keyof ModelSpec, 'model' | 'ocr' | 'decode'>> = {
  modelConfig: RUN_FLAGS.modelConfig,
  modelFile: RUN_FLAGS.modelFile,
  labels: RUN_FLAGS.labels,
  task: RUN_FLAGS.task,
  docModel: RUN_FLAGS.docModel,
  detModel: RUN_FLAGS.detModel,
  clsModel: RUN_FLAGS.clsModel,
  recModel: RUN_FLAGS.recModel,
  recDict: RUN_FLAGS.recDict,
  noCls: RUN_FLAGS.cls,
  topk: RUN_FLAGS.topk,
  threshold: RUN_FLAGS.threshold,
  scoreMaps: RUN_FLAGS.scoreMaps,
  classes: RUN_FLAGS.classes,
  threads: RUN_FLAGS.threadsPerWorker,
  batchSize: RUN_FLAGS.batchSize,
  backend: RUN_FLAGS.backend,
  device: RUN_FLAGS.device,
  precision: RUN_FLAGS.precision,
  shareWeights: SWITCH,
};

const OCR_SETTINGS: Flags<keyof OcrSettings> = {
  profile: RUN_FLAGS.ocrProfile,
  words: RUN_FLAGS.words,
  detLimitSide: RUN_FLAGS.detLimitSide,
  detLimitType: RUN_FLAGS.detLimitType,
  detThresh: RUN_FLAGS.detThresh,
  detBoxThresh: RUN_FLAGS.detBoxThresh,
  detUnclip: RUN_FLAGS.detUnclip,
  clsBatch: RUN_FLAGS.clsBatch,
  recBatch: RUN_FLAGS.recBatch,
};

/** A model that is opened reads pictures only: `dpi` is for runs. */
const DECODE_SETTINGS: Flags<Exclude<keyof DecodeOptions, 'dpi'>> = {
  background: RUN_FLAGS.background,
  acceptTruncated: RUN_FLAGS.acceptTruncated,
  maxPixels: RUN_FLAGS.maxPixels,
  mode: RUN_FLAGS.decode,
};

/** An option that was given and checked. */
export interface Setting {
  /** As written by the caller: `topk`, `ocr.profile`. */
  name: string;
  flag: AnyFlag;
}

/**
 * Checks the options of `predictFiles` by the rules of the command line.
 * @param others names of options that only the API has; they are skipped
 * @returns the options that were given
 * @throws FdeployError BAD_OPTION naming the option
 */
export function checkRunOptions(options: object, others: readonly string[] = []): Setting[] {
  return namedValues(options, 'the options of predictFiles')
    .filter(([name]) => !others.includes(name))
    .map(([name, value]) => {
      if (Object.hasOwn(RUN_FLAGS, name)) {
        return checkValue(RUN_FLAGS[name as keyof typeof RUN_FLAGS], value, name);
      }
      if (!Object.hasOwn(PREDICT_FLAGS, name)) {
        throw unknownOption('predictFiles', name, [...others, ...Object.keys(RUN_FLAGS)]);
      }
      const message = `'${name}' is an option of the command line: predictFiles yields the records and returns the summary, and writes neither`;
      throw badOption(name, message);
    });
}

/**
 * Checks the options for opening a model.
 * @param caller name of the function in messages
 * @param settled names of options that the caller sets itself
 * @returns the options that were given, `notify` left out
 * @throws FdeployError BAD_OPTION naming the option
 */
export function checkModelOptions(options: object, caller: string, settled: readonly string[]): Setting[] {
  const flags = Object.entries(MODEL_FLAGS).filter(([name]) => !settled.includes(name));
  const names = [...flags.map(([name]) => name), 'ocr', 'decode', 'notify'];
  return namedValues(options, `the options of ${caller}`).flatMap(([name, value]) => {
    if (!names.includes(name)) throw unknownOption(caller, name, names);
    if (name === 'ocr') return checkGroup(OCR_SETTINGS, value, name);
    if (name === 'decode') return checkGroup(DECODE_SETTINGS, value, name);
    if (name !== 'notify') return [checkValue(MODEL_FLAGS[name as keyof typeof MODEL_FLAGS], value, name)];
    checkNotify(value);
    return [];
  });
}

/**
 * Rejects options that do not apply to the model's task.
 * @throws FdeployError BAD_OPTION
 */
export function checkSettings(settings: readonly Setting[], task: Task): void {
  for (const { name, flag } of settings) checkTask(flag, name, task);
}

/** @throws FdeployError BAD_OPTION if `notify` is not a function */
export function checkNotify(value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw badOption('notify', `notify must be a function, not ${kindOf(value)}`);
}

/** The options that were given, without undefined ones. */
function namedValues(options: unknown, what: string): [name: string, value: unknown][] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badOption(what, `${what} must be an object, not ${kindOf(options)}`);
  }
  return Object.entries(options).filter(([, value]) => value !== undefined);
}

function checkGroup(flags: Readonly<Record<string, AnyFlag>>, value: unknown, group: string): Setting[] {
  return namedValues(value, group).map(([name, given]) => {
    if (!Object.hasOwn(flags, name)) throw unknownOption(group, name, Object.keys(flags));
    return checkValue(flags[name]!, given, `${group}.${name}`);
  });
}

/** Checks the value by the rules of the command line, and its type. */
function checkValue(flag: AnyFlag, value: unknown, name: string): Setting {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw badOption(name, `${name} must be a single value, not ${kindOf(value)}`);
  }
  const read = (flag.read ?? onOff)(String(value), name);
  if (typeof read === typeof value) return { name, flag };
  throw badOption(name, `${name} must be a ${typeof read}, not ${kindOf(value)}`);
}

function unknownOption(caller: string, name: string, names: readonly string[]): FdeployError {
  const meant = nearest(name, names);
  const hint = meant === undefined ? `; it has ${names.join(', ')}` : ` (did you mean '${meant}'?)`;
  return badOption(name, `${caller} has no option '${name}'${hint}`);
}

function badOption(file: string, message: string): FdeployError {
  return new FdeployError('BAD_OPTION', message, { file });
}
