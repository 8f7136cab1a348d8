import type { Fields } from '../../config/fields.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { OcrSettings } from '../../contracts/spec.js';
import type { DetectionConfig, DetectionLimits } from './config.js';
import { networkInput } from './network.js';
import type { Part } from './part.js';
import { IMAGENET, PROFILES } from './profiles.js';
import { normalisationOf, transformOps } from './transforms.js';

/** Families whose export says nothing about the size: their pipeline's own defaults. */
const LONGEST_960 = /PP-OCRv[345]_/i;

/** Sides of inputs of a network that is to see few sizes: chosen by speed and memory with OpenVINO. */
const SIDE_STEP = 128;

/**
 * Settings of text detection: the caller's, else those of a pipeline's yaml, else the yml's, else the profile's.
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED, MODEL_UNSUPPORTED
 */
export function readDetection(
  { config, module, name }: Part,
  runtime: RuntimeHandle,
  settings: Partial<OcrSettings>,
): DetectionConfig {
  const profile = PROFILES[settings.profile ?? 'best'].detection;
  const ops = transformOps(config, ['DetResizeForTest']);
  const post = config?.child('PostProcess');
  const model = config?.child('Global').string('model_name', name) ?? name;
  const number = (key: string, fallback: number): number =>
    module?.number(key) ?? post?.number(key) ?? fallback;
  const resize = ops.get('DetResizeForTest');
  const { dims } = networkInput(runtime);
  const fixed = dims[2]! > 0 && dims[3]! > 0;
  const shortest736 = config !== undefined && !LONGEST_960.test(model);
  const { smallText, ...limits } = limitsOf(resize, module, profile.limits, shortest736);
  const isFree = settings.detLimitSide === undefined && settings.detLimitType === undefined;
  return {
    ...normalisationOf(ops, { ...IMAGENET, order: 'bgr' }),
    ...(fixed && { fixedSize: { width: dims[3]!, height: dims[2]! } }),
    limits: {
      ...(runtime.fewSizes && { step: SIDE_STEP }),
      ...limits,
      ...(isFree && smallText && { smallText }),
      ...(settings.detLimitSide !== undefined && { side: settings.detLimitSide }),
      ...(settings.detLimitType !== undefined && { type: settings.detLimitType }),
    },
    threshold: settings.detThresh ?? number('thresh', profile.threshold),
    boxThreshold: settings.detBoxThresh ?? number('box_thresh', profile.boxThreshold),
    unclipRatio: settings.detUnclip ?? number('unclip_ratio', profile.unclipRatio),
    maxCandidates: post?.integer('max_candidates', 1) ?? profile.maxCandidates,
    score: post?.oneOf('score_mode', ['fast', 'slow'], profile.score) ?? profile.score,
    dilate: post?.boolean('use_dilation', profile.dilate) ?? profile.dilate,
  };
}

/**
 * Where the model's files name a size, it stays: small text is not looked for in a larger picture.
 * @param shortest736 the suite's default for a yml of another family that names no limit; only PaddleOCR's own
 *   profile follows it
 */
function limitsOf(
  resize: Fields | undefined,
  module: Fields | undefined,
  profile: DetectionLimits,
  shortest736: boolean,
): DetectionLimits {
  const own = profile.padBeyond !== undefined;
  const family = shortest736 && !own ? ({ type: 'min', side: 736 } as const) : {};
  const { smallText, ...limits } = { ...profile, ...family };
  const named = [module, resize].find((fields) => fields?.has('limit_side_len') ?? false);
  const maxSide = module?.integer('max_side_limit', 32) ?? limits.maxSide;
  if (named) {
    const type = named.oneOf('limit_type', ['min', 'max'], 'min');
    return { ...limits, type, side: named.integer('limit_side_len', 32, limits.side), maxSide };
  }
  const long = resize?.integer('resize_long', 32);
  if (long !== undefined) return { ...limits, type: 'max', side: long, maxSide };
  return { ...limits, maxSide, ...(smallText && { smallText }) };
}
