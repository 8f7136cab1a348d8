import { chooseNetwork } from '../../config/locate.js';
import { notifyMissingLabels, readLabelFile } from '../../config/labels.js';
import { WHERE_TEMPLATES_ARE } from '../../config/own-config.js';
import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { ModelSpec } from '../../contracts/spec.js';
import type { ValueInfo } from '../../contracts/tensor.js';
import { openRuntime, resolveRuntime } from '../../runtime/index.js';
import { runtimeSettings } from '../runtime-settings.js';
import { requireBatch } from '../batch.js';
import { decodeOptions } from '../decode-options.js';
import type { TaskDefinition } from '../task-definition.js';
import { StagedModel } from '../staged-model.js';
import { isSegmentationConfig, readSegmentationConfig, type SegFileConfig } from './config.js';
import { withFixedSize } from './fixed-size.js';
import type { SegStep } from './operators/index.js';
import { findOutput } from './outputs.js';
import { SegPostprocessor, type SegPostprocessing } from './postprocess.js';
import { SegPreprocessor } from './preprocess.js';

/** What the stages of a segmentation clone are built from. */
export interface SegConfig {
  steps: SegStep[];
  input: string;
  postprocessing: SegPostprocessing;
}

/** PaddleSeg models: a picture to a map of classes. */
export const segmentation: TaskDefinition<'segmentation', SegConfig> = {
  task: 'segmentation',
  inferencesPerPicture: 'one',

  recognises({ config }) {
    return config !== undefined && isSegmentationConfig(config);
  },

  async resolve(located, spec, notify, signal) {
    const { config: fields } = located;
    if (!fields) {
      const where = located.directory ?? located.name;
      const message = `${where} has no deploy.yaml or inference.yml: name one with --model-config; ${WHERE_TEMPLATES_ARE}`;
      throw new FdeployError('CONFIG_MISSING', message, { file: where });
    }
    const config = readSegmentationConfig(fields, notify);
    const source = chooseNetwork(located, notify);
    const runtime = await resolveRuntime(source, runtimeSettings(spec, notify, signal));
    const input = inputOf(runtime);
    requireBatch(runtime, input, spec.batchSize);
    const { output, labels: givesLabels } = findOutput(runtime);
    if (givesLabels) refuseScoreMaps(runtime, spec);
    const labels = await labelsOf(config, spec);
    if (!givesLabels) notifyMissingLabels(labels, output.dims[1]!, located.name, notify);
    const seg: SegConfig = {
      steps: withFixedSize(config, input, fields.file, runtime.source),
      input: input.name,
      postprocessing: {
        output: output.name,
        labels,
        scoreMaps: spec.scoreMaps ?? false,
        source: runtime.source,
      },
    };
    return {
      task: 'segmentation',
      name: fields.child('Global').string('model_name') ?? located.name,
      config: seg,
      runtimes: { segmentation: runtime },
      decode: decodeOptions(spec, 'drop'),
    };
  },

  async open(handle) {
    const { steps, input, postprocessing } = handle.config;
    const stages = {
      preprocessor: new SegPreprocessor(steps, input),
      runtime: await openRuntime(handle.runtimes.segmentation!),
      postprocessor: new SegPostprocessor(postprocessing),
    };
    return new StagedModel(handle, stages, () => segmentation.open(handle));
  },
};

async function labelsOf(config: SegFileConfig, spec: ModelSpec) {
  return spec.labels === undefined ? config.labels : readLabelFile(spec.labels);
}

function refuseScoreMaps(runtime: RuntimeHandle, spec: ModelSpec): void {
  if (!spec.scoreMaps) return;
  const message = `${runtime.source} outputs class ids, not scores: --score-maps needs an export without argmax`;
  throw new FdeployError('BAD_OPTION', message, { file: runtime.source, expected: 'scores [N, C, H, W]' });
}

/** @throws FdeployError MODEL_UNSUPPORTED if the graph takes something else than one picture of three channels */
function inputOf(runtime: RuntimeHandle): ValueInfo {
  const [input, ...others] = runtime.inputs;
  const channels = input?.dims[1];
  if (input?.dims.length === 4 && others.length === 0 && (channels === 3 || channels === -1)) return input;
  const found = runtime.inputs.map(({ name, dims }) => `${name} [${dims.join(', ')}]`).join('; ') || 'none';
  const expected = 'one input [N, 3, H, W]';
  const message = `${runtime.source}: expected ${expected} but found ${found}`;
  throw new FdeployError('MODEL_UNSUPPORTED', message, { file: runtime.source, expected, found });
}
