import { chooseNetwork } from '../../config/locate.js';
import type { Fields } from '../../config/fields.js';
import { notifyMissingLabels, readLabelFile, readLabelFileBeside, type Labels } from '../../config/labels.js';
import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { ModelSpec, Notify } from '../../contracts/spec.js';
import type { ValueInfo } from '../../contracts/tensor.js';
import { openRuntime, resolveRuntime } from '../../runtime/index.js';
import { runtimeSettings } from '../runtime-settings.js';
import type { TaskDefinition } from '../task-definition.js';
import { decodeOptions } from '../decode-options.js';
import { requireBatch } from '../batch.js';
import { StagedModel } from '../staged-model.js';
import {
  IMAGENET_PREPROCESSING,
  namesPostprocessor,
  postprocessorOf,
  readPostprocessing,
  readPreprocessing,
  type ClasPostprocessing,
  type ClasPreprocessing,
} from './config.js';
import { ClasPostprocessor } from './postprocess.js';
import { ClasPreprocessor } from './preprocess.js';

const DEFAULT_TOPK = 5;

/** What the stages of a classification clone are built from. */
export interface ClasConfig {
  preprocessing: ClasPreprocessing;
  postprocessing: ClasPostprocessing;
  labels: Labels;
  input: string;
  output: string;
}

/** PaddleClas models: a picture to its classes. */
export const classification: TaskDefinition<'classification', ClasConfig> = {
  task: 'classification',
  inferencesPerPicture: 'one',

  recognises({ config }) {
    return config !== undefined && namesPostprocessor(config);
  },

  async resolve(located, spec, notify, signal) {
    const { config } = located;
    const preprocessing = config ? readPreprocessing(config) : defaults(located.name, notify);
    const source = chooseNetwork(located, notify);
    const runtime = await resolveRuntime(source, runtimeSettings(spec, notify, signal));
    const input = inputOf(runtime);
    const output = outputOf(runtime);
    requireBatch(runtime, input, spec.batchSize);
    const layout = layoutOf(input, preprocessing);
    checkSize(runtime, input, { ...preprocessing, layout });
    const classes = output.dims[1]!;
    const labels = await labelsOf(config, spec, notify);
    notifyMissingLabels(labels, classes, located.name, notify);
    const caller = {
      topk: spec.topk ?? DEFAULT_TOPK,
      ...(spec.threshold !== undefined && { threshold: spec.threshold }),
    };
    const clas: ClasConfig = {
      preprocessing: { ...preprocessing, layout },
      postprocessing: config
        ? readPostprocessing(config, classes, caller)
        : { kind: 'topk', topk: caller.topk },
      labels,
      input: input.name,
      output: output.name,
    };
    return {
      task: 'classification',
      name: config?.child('Global').string('model_name') ?? located.name,
      config: clas,
      runtimes: { classification: runtime },
      decode: decodeOptions(spec, 'drop'),
    };
  },

  async open(handle) {
    const config = handle.config;
    const stages = {
      preprocessor: new ClasPreprocessor(config.preprocessing, config.input),
      runtime: await openRuntime(handle.runtimes.classification!),
      postprocessor: new ClasPostprocessor(config.postprocessing, config.labels, config.output),
    };
    return new StagedModel(handle, stages, () => classification.open(handle));
  },
};

function defaults(name: string, notify: Notify): ClasPreprocessing {
  notify(
    `${name} has no config: assuming ImageNet's preprocessing (shorter side 256, crop 224 x 224, RGB, ` +
      'mean 0.485 0.456 0.406, std 0.229 0.224 0.225)',
  );
  return IMAGENET_PREPROCESSING;
}

async function labelsOf(config: Fields | undefined, spec: ModelSpec, notify: Notify): Promise<Labels> {
  if (spec.labels !== undefined) return readLabelFile(spec.labels);
  if (!config) return [];
  const { name, section } = postprocessorOf(config);
  if (section.has('label_list')) return section.strings('label_list');
  if (name === 'ThreshOutput' && (section.has('label_0') || section.has('label_1'))) {
    return [section.string('label_0', '0'), section.string('label_1', '1')];
  }
  const file = section.string('class_id_map_file');
  if (file === undefined) return [];
  return (await readLabelFileBeside(config.file, file, notify)) ?? [];
}

function inputOf(runtime: RuntimeHandle): ValueInfo {
  const [input, ...others] = runtime.inputs;
  if (input?.dims.length !== 4 || others.length > 0) {
    throw unsupported(runtime, 'one input of rank 4', runtime.inputs);
  }
  return input;
}

function outputOf(runtime: RuntimeHandle): ValueInfo {
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
