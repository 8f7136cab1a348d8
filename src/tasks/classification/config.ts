import type { Fields } from '../../config/fields.js';
import { FdeployError } from '../../contracts/errors.js';
import type { Interpolation } from '../../ops/resize/opencv.js';
import { requireDivisors } from '../operators/required-fields.js';

type Channels = [number, number, number];

export interface ResizeStep {
  /** The shorter side's length in pixels, the ratio kept. */
  short?: number;
  /** Width and height in pixels. */
  size?: [number, number];
  backend: 'cv2' | 'pil';
  interpolation: Interpolation;
}

/** The preprocessing of a PaddleClas export, step by step. Absent steps are not done. */
export interface ClasPreprocessing {
  order: 'rgb' | 'bgr';
  resize?: ResizeStep;
  /** Width and height in pixels, cut from the middle. */
  crop?: [number, number];
  /** value = (pixel * scale - mean) / std */
  normalize?: { scale: number; mean: Channels; std: Channels };
  /** 4: a channel of zeros is appended (float16 exports). */
  channels: 3 | 4;
  layout: 'chw' | 'hwc';
}

/** How scores become classes. */
export type ClasPostprocessing =
  | { kind: 'topk'; topk: number }
  | { kind: 'binary-threshold'; threshold: number }
  | { kind: 'best-above-threshold'; threshold: number; fallback: number }
  /** One threshold a class; a class that the list does not reach takes `fallback`. */
  | { kind: 'multi-label'; thresholds: number[]; fallback: number };

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** What PaddleClas's ImageNet models are fed with. */
export const IMAGENET_PREPROCESSING: ClasPreprocessing = {
  order: 'rgb',
  resize: { short: 256, backend: 'cv2', interpolation: 'linear' },
  crop: [224, 224],
  normalize: { scale: 1 / 255, mean: [...IMAGENET.mean], std: [...IMAGENET.std] },
  channels: 3,
  layout: 'chw',
};

/** By name, and by cv2's own numbers. */
const CV2_INTERPOLATIONS = new Map<string, Interpolation>([
  ['nearest', 'nearest'],
  ['bilinear', 'linear'],
  ['area', 'area'],
  ['bicubic', 'cubic'],
  ['lanczos', 'lanczos4'],
  ['0', 'nearest'],
  ['1', 'linear'],
  ['2', 'cubic'],
  ['3', 'area'],
  ['4', 'lanczos4'],
]);
const PIL_INTERPOLATIONS = new Map<string, Interpolation>([
  ['nearest', 'nearest'],
  ['bilinear', 'linear'],
  ['bicubic', 'cubic'],
  ['box', 'area'],
  ['lanczos', 'lanczos4'],
]);

type Reader = (operator: Fields, steps: ClasPreprocessing) => void;

/** Operators of `PreProcess.transform_ops`, in the order in which a config may use them. */
const OPERATORS = {
  DecodeImage(operator, steps) {
    const mode = operator.oneOf('img_mode', ['rgb', 'bgr'], 'rgb');
    if (!operator.boolean('to_rgb', mode === 'rgb')) steps.order = 'bgr';
    if (operator.boolean('channel_first', false)) steps.layout = 'chw';
  },
  ResizeImage(operator, steps) {
    const backend = operator.oneOf('backend', ['cv2', 'pil'], 'cv2');
    const names = backend === 'cv2' ? CV2_INTERPOLATIONS : PIL_INTERPOLATIONS;
    const named = operator.string('interpolation')?.toLowerCase();
    const interpolation = named === undefined ? 'linear' : names.get(named);
    if (!interpolation) throw operator.invalid('interpolation', `one of ${[...names.keys()].join(', ')}`);
    const short = operator.integer('resize_short', 0, 0);
    const size = operator.pair('size');
    if (short > 0) steps.resize = { short, backend, interpolation };
    else if (size) steps.resize = { size, backend, interpolation };
    else throw operator.invalid('resize_short', 'resize_short or size');
  },
  CropImage(operator, steps) {
    const size = operator.pair('size');
    if (!size) throw operator.invalid('size', 'a size');
    steps.crop = size;
  },
  NormalizeImage(operator, steps) {
    operator.oneOf('order', ['chw', 'hwc', ''], '');
    const channels = operator.integer('channel_num', 3, 3);
    if (channels !== 3 && channels !== 4) throw operator.invalid('channel_num', '3 or 4');
    steps.channels = channels;
    const std = requireDivisors(operator, operator.triple('std', IMAGENET.std));
    steps.normalize = {
      scale: operator.number('scale', 1 / 255),
      mean: operator.triple('mean', IMAGENET.mean),
      std,
    };
  },
  ToCHWImage(_operator, steps) {
    steps.layout = 'chw';
  },
} satisfies Record<string, Reader>;
const ORDER = Object.keys(OPERATORS);
/** Bookkeeping of the training pipeline; nothing happens to the pixels. */
const SKIPPED = new Set(['KeepKeys', 'ToTensor', 'ToBatch']);

/**
 * Reads `PreProcess.transform_ops` of an `inference_cls.yaml` or `inference.yml`.
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED naming the operator and the file
 */
export function readPreprocessing(config: Fields): ClasPreprocessing {
  const steps: ClasPreprocessing = { order: 'rgb', channels: 3, layout: 'hwc' };
  let last = -1;
  for (const entry of config.child('PreProcess').children('transform_ops')) {
    for (const name of entry.keys()) {
      if (SKIPPED.has(name)) continue;
      const at = ORDER.indexOf(name);
      if (at < 0) throw unsupported(entry, name, `expected one of ${ORDER.join(', ')}`);
      if (at <= last)
        throw unsupported(entry, name, `it follows ${ORDER[last]!}, an order that no PaddleClas export has`);
      last = at;
      OPERATORS[name as keyof typeof OPERATORS](entry.child(name), steps);
    }
  }
  return steps;
}

function unsupported(entry: Fields, name: string, why: string): FdeployError {
  const message = `${entry.file}: the preprocessing operator ${name} is not supported here (${entry.path}): ${why}`;
  return new FdeployError('OPERATOR_UNSUPPORTED', message, { file: entry.file, found: name });
}

/** Postprocessors by their name in `PostProcess`. */
const POSTPROCESSORS = ['Topk', 'ThreshOutput', 'MultiLabelThreshOutput'] as const;
/** Entries of `PostProcess` that are settings of the suite's own scripts. */
const NOT_POSTPROCESSORS = new Set(['main_indicator', 'SavePreLabel']);

type Postprocessor = (typeof POSTPROCESSORS)[number];

const postprocessorNamed = (name: string | undefined): Postprocessor | undefined =>
  POSTPROCESSORS.find((candidate) => candidate === name);

/** Whether `PostProcess` is a classification's, in either form. */
export function namesPostprocessor(config: Fields): boolean {
  const all = config.child('PostProcess');
  const flat = typeof all.map.name === 'string' ? all.map.name : undefined;
  return [...all.keys(), flat].some((name) => postprocessorNamed(name) !== undefined);
}

/**
 * The section of `PostProcess` that decides, and its name: the one that `main_indicator` names, else the first. Older
 * configs have no sections: `name` beside the settings.
 */
export function postprocessorOf(config: Fields): { name: Postprocessor; section: Fields } {
  const all = config.child('PostProcess');
  const flat = all.has('name');
  const names = all.keys().filter((name) => !NOT_POSTPROCESSORS.has(name));
  const name = flat ? all.string('name')! : (all.string('main_indicator') ?? names[0] ?? 'Topk');
  const known = postprocessorNamed(name);
  if (!known) {
    const message = `${config.file}: the postprocessor ${name} is not supported: expected one of ${POSTPROCESSORS.join(', ')}`;
    throw new FdeployError('OPERATOR_UNSUPPORTED', message, { file: config.file, found: name });
  }
  return { name: known, section: flat ? all : all.child(known) };
}

/**
 * Reads the postprocessor's settings; `topk` and `threshold` of the caller win.
 * @param classes the network's number of classes
 */
export function readPostprocessing(
  config: Fields,
  classes: number,
  caller: { topk: number; threshold?: number },
): ClasPostprocessing {
  const { name, section } = postprocessorOf(config);
  if (name === 'Topk') return { kind: 'topk', topk: caller.topk };
  if (name === 'MultiLabelThreshOutput') return multiLabel(section, caller.threshold);
  const threshold = caller.threshold ?? section.number('threshold', 0);
  if (classes === 2) return { kind: 'binary-threshold', threshold };
  return { kind: 'best-above-threshold', threshold, fallback: section.integer('default_label_index', 0, 0) };
}

function multiLabel(section: Fields, threshold: number | undefined): ClasPostprocessing {
  const value = section.map.threshold;
  if (threshold !== undefined) return { kind: 'multi-label', thresholds: [], fallback: threshold };
  if (Array.isArray(value))
    return { kind: 'multi-label', thresholds: section.numbers('threshold')!, fallback: 0.5 };
  if (typeof value !== 'object') {
    return { kind: 'multi-label', thresholds: [], fallback: section.number('threshold', 0.5) };
  }
  const byClass = section.child('threshold');
  const fallback = byClass.number('default', 0.5);
  const thresholds: number[] = [];
  for (const key of byClass.keys()) {
    const id = Number(key);
    if (!Number.isSafeInteger(id) || id < 0 || id > 100_000) continue;
    while (thresholds.length < id) thresholds.push(fallback);
    thresholds[id] = byClass.number(key, fallback);
  }
  return { kind: 'multi-label', thresholds, fallback };
}
