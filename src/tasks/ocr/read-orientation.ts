import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { OcrSettings } from '../../contracts/spec.js';
import type { OrientationConfig } from './config.js';
import { fixedBatch } from '../batch.js';
import { networkInput } from './network.js';
import type { Part } from './part.js';
import { IMAGENET, PROFILES } from './profiles.js';
import { normalisationOf, transformOps } from './transforms.js';

/** PP-LCNet's text line orientation as PaddleX exports it: stretched, RGB, ImageNet's normalisation. */
const TEXTLINE_ORI = { ...IMAGENET, order: 'rgb', width: 160, height: 80, keepRatio: false } as const;

/**
 * Settings of the orientation network: the caller's, else the yml's, else those of its family.
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED, MODEL_UNSUPPORTED
 */
export function readOrientation(
  { config, module, name }: Part,
  runtime: RuntimeHandle,
  settings: Partial<OcrSettings>,
): OrientationConfig {
  const profile = PROFILES[settings.profile ?? 'best'].orientation;
  const ops = transformOps(config, ['ResizeImage']);
  const { dims } = networkInput(runtime);
  const model = config?.child('Global').string('model_name', name) ?? name;
  const textline = /textline_ori/i.test(model) || (dims[2] === 80 && dims[3] === 160);
  const family = { ...profile, ...(textline && TEXTLINE_ORI) };
  const size = ops.get('ResizeImage')?.pair('size');
  return {
    ...family,
    ...normalisationOf(ops, family),
    width: dims[3]! > 0 ? dims[3]! : (size?.[0] ?? family.width),
    height: dims[2]! > 0 ? dims[2]! : (size?.[1] ?? family.height),
    batch: fixedBatch(runtime) ?? settings.clsBatch ?? module?.integer('batch_size', 1) ?? profile.batch,
  };
}
