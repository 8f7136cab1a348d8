import type { Fields } from '../../config/fields.js';
import { readLabelFile, readLabelFileBeside, type Labels } from '../../config/labels.js';
import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { ModelSpec, Notify } from '../../contracts/spec.js';
import type { ValueInfo } from '../../contracts/tensor.js';
import { requireBatch } from '../batch.js';
import {
  IMAGENET_PREPROCESSING,
  postprocessorOf,
  readPostprocessing,
  readPreprocessing,
  type ClasPostprocessing,
  type ClasPreprocessing,
} from './config.js';

const DEFAULT_TOPK = 5;

/** What the stages of a classification clone are built from. */
export interface ClasConfig {
  preprocessing: ClasPreprocessing;
  postprocessing: ClasPostprocessing;
  labels: Labels;
  input: string;
  output: string;
}

/** A classification network with its config. */
export interface ClasNetwork {
  readonly name: string;
  /** The suite's yml. */
  readonly config?: Fields | undefined;
  readonly runtime: RuntimeHandle;
}

/**
 * The preprocessing of a classification network; ImageNet's without a config.
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED
 */
export function preprocessingOf(
  { name, config }: Omit<ClasNetwork, 'runtime'>,
  notify: Notify,
): ClasPreprocessing {
  if (config) return readPreprocessing(config);
  notify(
    `${name} has no config: assuming ImageNet's preprocessing (shorter side 256, crop 224 x 224, RGB, ` +
      'mean 0.485 0.456 0.406, std 0.229 0.224 0.225)',
  );
  return IMAGENET_PREPROCESSING;
}

/**
 * What the stages need, checked against the network's input and output.
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED, MODEL_UNSUPPORTED, LABELS_MISSING; BAD_OPTION for a batch that
 *   the network does not take
 */
export async function clasConfigOf(
  { config, runtime }: ClasNetwork,
  preprocessing: ClasPreprocessing,
  spec: Pick<ModelSpec, 'topk' | 'threshold' | 'labels' | 'batchSize'>,
  notify: Notify,
): Promise<ClasConfig> {
  const input = inputOf(runtime);
  const output = outputOf(runtime);
  requireBatch(runtime, input, spec.batchSize);
  const layout = layoutOf(input, preprocessing);
  checkSize(runtime, input, { ...preprocessing, layout });
  const caller = {
    topk: spec.topk ?? DEFAULT_TOPK,
    ...(spec.threshold !== undefined && { threshold: spec.threshold }),
  };
  return {
    preprocessing: { ...preprocessing, layout },
    postprocessing: config
      ? readPostprocessing(config, output.dims[1]!, caller)
      : { kind: 'topk', topk: caller.topk },
    labels: await labelsOf(config, spec.labels, notify),
    input: input.name,
    output: output.name,
  };
}

async function labelsOf(
  config: Fields | undefined,
  file: string | undefined,
  notify: Notify,
): Promise<Labels> {
  if (file !== undefined) return readLabelFile(file);
  if (!config) return [];
  const { name, section } = postprocessorOf(config);
  if (section.has('label_list')) return section.strings('label_list');
  if (name === 'ThreshOutput' && (section.has('label_0') || section.has('label_1'))) {
    return [section.string('label_0', '0'), section.string('label_1', '1')];
  }
  const map = section.string('class_id_map_file');
  if (map === undefined) return [];
  return (await readLabelFileBeside(config.file, map, notify)) ?? [];
}

function inputOf(runtime: RuntimeHandle): ValueInfo {
  const [input, ...others] = runtime.inputs;
  if (input?.dims.length !== 4 || others.length > 0) {
    throw unsupported(runtime, 'one input of rank 4', runtime.inputs);
  }
  return input;
}

/** The output with the scores of the classes. */
export function outputOf(runtime: RuntimeHandle): ValueInfo {
  const output = runtime.outputs.find(
    ({ dims }) => dims.length === 2 || (dims.length === 4 && dims[2] === 1 && dims[3] === 1),
  );
  if (!output) throw unsupported(runtime, 'an output [N, classes]', runtime.outputs);
  return output;
}

function unsupported(runtime: RuntimeHandle, expected: string, values: readonly ValueInfo[]): FdeployError {
  const found = values.map(({ name, dims }) => `${name} [${dims.join(', ')}]`).join(', ') || 'none';
  const message = `${runtime.source} is not a classification network: expected ${expected} but found ${found}`;
  return new FdeployError('MODEL_UNSUPPORTED', message, { file: runtime.source, expected, found });
}

/** The graph's own layout where its dimensions tell it, else the config's. */
function layoutOf({ dims }: ValueInfo, { channels, layout }: ClasPreprocessing): 'chw' | 'hwc' {
  const [, first, , last] = dims;
  if (first === channels && last !== channels) return 'chw';
  if (last === channels && first !== channels) return 'hwc';
  return layout;
}

/** A graph of fixed size must get pictures of that size. */
function checkSize(
  runtime: RuntimeHandle,
  { dims }: ValueInfo,
  { crop, resize, layout }: ClasPreprocessing,
): void {
  const [height, width] = layout === 'chw' ? [dims[2]!, dims[3]!] : [dims[1]!, dims[2]!];
  const size = crop ?? resize?.size;
  if (!size || (width < 1 && height < 1)) return;
  if ((width >= 1 && width !== size[0]) || (height >= 1 && height !== size[1])) {
    const expected = `${width} x ${height}`;
    const message = `the config produces pictures of ${size[0]} x ${size[1]}, but ${runtime.source} expects ${expected}`;
    throw new FdeployError('CONFIG_INVALID', message, { file: runtime.source, expected });
  }
}
