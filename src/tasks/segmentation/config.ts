import type { Fields } from '../../config/fields.js';
import type { Labels } from '../../config/labels.js';
import { FdeployError } from '../../contracts/errors.js';
import type { Notify } from '../../contracts/spec.js';
import { readStep, type SegStep } from './operators/index.js';

/** What a PaddleSeg config says; plain data. */
export interface SegFileConfig {
  steps: SegStep[];
  /** The size that the export is fixed to, where it is. */
  fixedSize?: { width: number; height: number };
  labels: Labels;
}

/** What an export may do with its scores; the outputs themselves show what it did. */
const OUTPUT_OPS = ['argmax', 'softmax', 'none'] as const;

/** Whether a config is PaddleSeg's: it has the section `Deploy`. */
export function isSegmentationConfig(config: Fields): boolean {
  return config.has('Deploy');
}

/**
 * Reads `deploy.yaml`, or the `Deploy` section of an `inference.yml`.
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED
 */
export function readSegmentationConfig(config: Fields, notify: Notify): SegFileConfig {
  const deploy = config.child('Deploy');
  // "none" is also YAML's way to leave a field empty
  if (deploy.has('output_op')) deploy.oneOf('output_op', OUTPUT_OPS, 'none');
  const shape = deploy.numbers('input_shape') ?? [];
  const [, channels = 3, height = -1, width = -1] = shape;
  if (channels !== 3 && channels !== -1) {
    const message = `${deploy.file}: the network expects ${channels} channels; pictures have 3`;
    throw new FdeployError('MODEL_UNSUPPORTED', message, {
      file: deploy.file,
      expected: '3 channels',
      found: String(channels),
    });
  }
  return {
    steps: deploy.children('transforms').map((fields) => readStep(fields, notify)),
    ...(width > 0 && height > 0 && { fixedSize: { width, height } }),
    labels:
      [config, deploy].map((fields) => fields.strings('label_list')).find((list) => list.length > 0) ?? [],
  };
}
