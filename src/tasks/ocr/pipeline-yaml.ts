import path from 'node:path';
import type { Fields } from '../../config/fields.js';
import { FdeployError } from '../../contracts/errors.js';
import type { LineKind, PartKind, PerPart } from './kinds.js';
import type { Part } from './part.js';

/** The modules of a PaddleX OCR pipeline that deal with lines. */
const MODULES = {
  det: 'TextDetection',
  cls: 'TextLineOrientation',
  rec: 'TextRecognition',
} as const satisfies Record<LineKind, string>;

/** The modules of its document preprocessing, and the fields that turn them on. */
const DOCUMENT_MODULES = [
  { kind: 'doc', name: 'DocOrientationClassify', use: 'use_doc_orientation_classify' },
  { kind: 'unwarp', name: 'DocUnwarping', use: 'use_doc_unwarping' },
] as const satisfies { kind: PartKind; name: string; use: string }[];

/** Whether a config is a PaddleX pipeline's with text detection and recognition. */
export function isPipeline(config: Fields): boolean {
  const modules = config.child('SubModules').keys();
  return modules.includes(MODULES.det) && modules.includes(MODULES.rec);
}

/**
 * The parts that a PaddleX pipeline's yaml names; `model_dir` is relative to the yaml.
 * @param given parts for which the yaml needs no `model_dir`
 * @throws FdeployError CONFIG_INVALID if a part has no `model_dir`
 */
export async function pipelineParts(
  config: Fields,
  given: PerPart<unknown>,
  locate: (directory: string) => Promise<Part>,
): Promise<PerPart<Part>> {
  const parts: PerPart<Part> = {};
  for (const { kind, name, module } of [...documentModules(config), ...lineModules(config)]) {
    if (kind in given) continue;
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

interface Module {
  readonly kind: PartKind;
  readonly name: string;
  readonly module: Fields;
}

function lineModules(config: Fields): Module[] {
  const modules = config.child('SubModules');
  const orientation = config.boolean('use_textline_orientation', modules.has(MODULES.cls));
  return (Object.entries(MODULES) as [LineKind, string][])
    .filter(([kind]) => kind !== 'cls' || orientation)
    .map(([kind, name]) => ({ kind, name, module: modules.child(name) }));
}

/** The modules of the pipeline's document preprocessing that it uses. */
function documentModules(config: Fields): Module[] {
  const pipelines = config.child('SubPipelines');
  if (!config.boolean('use_doc_preprocessor', pipelines.has('DocPreprocessor'))) return [];
  const document = pipelines.child('DocPreprocessor');
  const modules = document.child('SubModules');
  return DOCUMENT_MODULES.filter(({ use }) => document.boolean(use, true)).map(({ kind, name }) => ({
    kind,
    name,
    module: modules.child(name),
  }));
}
