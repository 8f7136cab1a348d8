import { chooseNetwork } from '../../config/locate.js';
import { notifyMissingLabels } from '../../config/labels.js';
import { openRuntime, resolveRuntime } from '../../runtime/index.js';
import { runtimeSettings } from '../runtime-settings.js';
import type { TaskDefinition } from '../task-definition.js';
import { decodeOptions } from '../decode-options.js';
import { StagedModel } from '../staged-model.js';
import { namesPostprocessor } from './config.js';
import { ClasPostprocessor } from './postprocess.js';
import { ClasPreprocessor } from './preprocess.js';
import { clasConfigOf, outputOf, preprocessingOf, type ClasConfig } from './read-config.js';

/** PaddleClas models: a picture to its classes. */
export const classification: TaskDefinition<'classification', ClasConfig> = {
  task: 'classification',
  inferencesPerPicture: 'one',

  recognises({ config }) {
    return config !== undefined && namesPostprocessor(config);
  },

  async resolve(located, spec, notify, signal) {
    const { config } = located;
    const preprocessing = preprocessingOf(located, notify);
    const source = chooseNetwork(located, notify);
    const runtime = await resolveRuntime(source, runtimeSettings(spec, notify, signal));
    const clas = await clasConfigOf({ ...located, runtime }, preprocessing, spec, notify);
    notifyMissingLabels(clas.labels, outputOf(runtime).dims[1]!, located.name, notify);
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
