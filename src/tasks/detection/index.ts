import { chooseNetwork } from '../../config/locate.js';
import { readLabelFile } from '../../config/labels.js';
import { WHERE_TEMPLATES_ARE } from '../../config/own-config.js';
import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import { openRuntime, resolveRuntime } from '../../runtime/index.js';
import { runtimeSettings } from '../runtime-settings.js';
import { requireBatch } from '../batch.js';
import { decodeOptions } from '../decode-options.js';
import type { TaskDefinition } from '../task-definition.js';
import { StagedModel } from '../staged-model.js';
import { classIds } from './classes.js';
import { isDetectionConfig, readDetectionConfig } from './config.js';
import type { DetPostprocessing } from './found.js';
import { checkSize, layoutOf } from './input-size.js';
import { findInputs, type DetInputs } from './inputs.js';
import type { DetStep } from './operators/index.js';
import { requireOutputForm, type OutputForm } from './outputs.js';
import { DetPostprocessor } from './postprocess.js';
import { DetPreprocessor } from './preprocess.js';
import { suppressionAt } from './suppress.js';

/** What the stages of a detection clone are built from. */
export interface DetConfig {
  steps: DetStep[];
  inputs: DetInputs;
  layout?: 'chw' | 'hwc';
  postprocessing: DetPostprocessing;
}

/** Architectures of before PaddleDetection 2.0 whose boxes are parts of the picture's width and height. */
const RELATIVE = ['SSD', 'Face'];

/** PaddleDetection models: a picture to its objects. */
export const detection: TaskDefinition<'detection', DetConfig> = {
  task: 'detection',
  inferencesPerPicture: 'one',

  recognises({ config }) {
    return config !== undefined && isDetectionConfig(config);
  },

  async resolve(located, spec, notify, signal) {
    const { config: fields } = located;
    if (!fields) {
      const where = located.directory ?? located.name;
      const message = `${where} has no infer_cfg.yml or inference.yml: name one with --model-config; ${WHERE_TEMPLATES_ARE}`;
      throw new FdeployError('CONFIG_MISSING', message, { file: where });
    }
    const config = readDetectionConfig(fields);
    const labels = spec.labels === undefined ? config.labels : await readLabelFile(spec.labels);
    const source = chooseNetwork(located, notify);
    const runtime = await resolveRuntime(source, runtimeSettings(spec, notify, signal));
    const inputs = findInputs(runtime);
    const image = runtime.inputs.find(({ name }) => name === inputs.image)!;
    requireBatch(runtime, image, spec.batchSize);
    checkSize(config.steps, image, fields.file, runtime.source);
    const form = requireOutputForm(runtime.outputs, labels.length, runtime.source, config.arch);
    if (form) requireBatchable(runtime, form, spec.batchSize);
    if (labels.length === 0)
      notify(`${fields.file} has no label_list: labels are null (name one with --labels)`);
    const own = form?.kind === 'rows' || form?.kind === 'instances' ? 0 : (config.nmsScoreThreshold ?? 0);
    const threshold = spec.threshold ?? Math.max(config.drawThreshold, own);
    const layout = layoutOf(image);
    const det: DetConfig = {
      steps: config.steps,
      inputs,
      ...(layout && { layout }),
      postprocessing: {
        ...(form && { form }),
        threshold,
        nms: suppressionAt(threshold, config.nms),
        strides: config.strides,
        labels,
        ...(spec.classes !== undefined && { classes: classIds(spec.classes, labels) }),
        scaledByGraph: inputs.sides.some(({ takes }) => takes === 'scale_factor'),
        relative: config.fluid && RELATIVE.includes(config.arch),
        source: runtime.source,
        arch: config.arch,
      },
    };
    return {
      task: 'detection',
      name: fields.child('Global').string('model_name') ?? located.name,
      config: det,
      runtimes: { detection: runtime },
      decode: decodeOptions(spec, 'drop'),
    };
  },

  async open(handle) {
    const { steps, inputs, layout, postprocessing } = handle.config;
    const stages = {
      preprocessor: new DetPreprocessor(steps, inputs, layout),
      runtime: await openRuntime(handle.runtimes.detection!),
      postprocessor: new DetPostprocessor(postprocessing),
    };
    return new StagedModel(handle, stages, () => detection.open(handle));
  },
};

/**
 * Rows of several pictures cannot be told apart without a count of each, and SOLOv2 predicts one picture at a time.
 * @throws FdeployError BAD_OPTION
 */
function requireBatchable(runtime: RuntimeHandle, form: OutputForm, batchSize: number): void {
  if (batchSize === 1 || !isSinglePicture(runtime, form)) return;
  const message = `${runtime.source} does not output the number of objects per picture: --batch-size must be 1`;
  throw new FdeployError('BAD_OPTION', message, {
    file: runtime.source,
    expected: 'an output that counts the objects',
  });
}

function isSinglePicture(runtime: RuntimeHandle, form: OutputForm): boolean {
  if (form.kind !== 'rows') return form.kind === 'instances';
  const rank = runtime.outputs.find(({ name }) => name === form.rows)?.dims.length;
  return form.count === undefined && rank !== 3;
}
