import type { Fields } from '../../config/fields.js';
import type { Labels } from '../../config/labels.js';
import type { NmsSettings } from '../../ops/nms.js';
import { readStep, type DetStep } from './operators/index.js';

/** What a PaddleDetection config says; plain data. */
export interface DetFileConfig {
  arch: string;
  /** Exported by PaddleDetection before 2.0. */
  fluid: boolean;
  steps: DetStep[];
  labels: Labels;
  drawThreshold: number;
  nms: Omit<NmsSettings, 'scoreThreshold'>;
  /** The `NMS` section's own lowest score. */
  nmsScoreThreshold?: number;
  strides: number[];
}

/** What PaddleDetection draws from where its config does not say. */
const DRAW_THRESHOLD = 0.5;
/** PicoDet's levels. */
const STRIDES = [8, 16, 32, 64];

/** Whether a config is PaddleDetection's: its `Preprocess` is a list. */
export function isDetectionConfig(config: Fields): boolean {
  return Array.isArray(config.map.Preprocess);
}

/**
 * Reads `infer_cfg.yml`, also those from before PaddleDetection 2.0, or PaddleX's `inference.yml`.
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED
 */
export function readDetectionConfig(config: Fields): DetFileConfig {
  const arch = config.string('arch', '');
  const fluid = config.string('mode') === 'fluid';
  const nms = config.child('NMS');
  return {
    arch,
    fluid,
    steps: config.children('Preprocess').map((fields) => readStep(fields, { arch, fluid })),
    labels: readLabels(config),
    drawThreshold: config.number('draw_threshold', DRAW_THRESHOLD),
    nms: readNms(nms),
    ...(nms.has('score_threshold') && { nmsScoreThreshold: nms.number('score_threshold', 0) }),
    strides: config.numbers('fpn_stride') ?? STRIDES,
  };
}

/** The `NMS` section, else what FastDeploy's `apply_nms` and PaddleDetection's deploy code do. */
function readNms(fields: Fields): Omit<NmsSettings, 'scoreThreshold'> {
  return {
    nmsThreshold: fields.numberWithin('nms_threshold', 0, 1, 0.5),
    nmsTopK: fields.integer('nms_top_k', -1, 1000),
    keepTopK: fields.integer('keep_top_k', -1, 100),
    normalized: fields.boolean('normalized', true),
    backgroundLabel: fields.integer('background_label', -1, -1),
    eta: fields.number('nms_eta', 1),
  };
}

/**
 * The labels by class id. Exports before 2.0 may count a background class: with it, its label comes first; without
 * it, a list that has it is shifted by one.
 */
function readLabels(config: Fields): Labels {
  const labels = config.strings('label_list');
  if (!config.has('with_background')) return labels;
  const at = labels.findIndex((label) => label.toLowerCase() === 'background');
  if (at < 0) return labels;
  const others = labels.filter((_, i) => i !== at);
  return config.boolean('with_background', false) ? [labels[at]!, ...others] : others;
}
