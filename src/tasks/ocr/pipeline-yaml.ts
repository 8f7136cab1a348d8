import path from 'node:path';
import type { Fields } from '../../config/fields.js';
import { FdeployError } from '../../contracts/errors.js';
import type { Notify } from '../../contracts/spec.js';
import type { PartKind, PerPart } from './kinds.js';
import type { Part } from './part.js';

/** The modules of a PaddleX OCR pipeline that fdeploy runs. */
const MODULES = {
  det: 'TextDetection',
  cls: 'TextLineOrientation',
  rec: 'TextRecognition',
} as const satisfies Record<PartKind, string>;

/** Whether a config is a PaddleX pipeline's with text detection and recognition. */
export function isPipeline(config: Fields): boolean {
  const modules = config.child('SubModules').keys();
  return modules.includes(MODULES.det) && modules.includes(MODULES.rec);
}

/**
 * The parts that a PaddleX pipeline's yaml names; `model_dir` is relative to the yaml.
 * @throws FdeployError CONFIG_INVALID if a part has no `model_dir`
 */
export async function pipelineParts(
  config: Fields,
  notify: Notify,
  locate: (directory: string) => Promise<Part>,
): Promise<PerPart<Part>> {
  if (config.boolean('use_doc_preprocessor', false)) {
    notify(`${config.file}: its document preprocessing (page orientation and unwarping) is left out`);
  }
  const parts: PerPart<Part> = {};
  for (const [kind, name] of Object.entries(MODULES) as [PartKind, string][]) {
    if (kind === 'cls' && !config.boolean('use_textline_orientation', true)) continue;
    const modules = config.child('SubModules');
    if (kind === 'cls' && !modules.keys().includes(name)) continue;
    const module = modules.child(name);
    const directory = module.string('model_dir');
    if (directory === undefined) {
      const model = module.string('model_name', 'its model');
      const message = `${config.file} names no model_dir for ${name}: export or download ${model} and name its directory there`;
      throw new FdeployError('CONFIG_INVALID', message, { file: config.file, expected: 'a model_dir' });
    }
    parts[kind] = { ...(await locate(path.resolve(path.dirname(config.file), directory))), module };
  }
  return parts;
}
