import { statSync } from 'node:fs';
import path from 'node:path';
import { TASKS } from '../contracts/results.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelSpec } from '../contracts/spec.js';
import { Fields } from './fields.js';
import { nearest } from './nearest-name.js';
import { isPirFile } from './network-files.js';
import { modelPathOrName } from './places/path-or-name.js';
import { readYaml } from './yaml.js';

/** End of a message about a model without a config. */
export const WHERE_TEMPLATES_ARE = 'docs/configs.md has a template for a network without one';

/** Fields of the section `fdeploy` that name a model, and the setting each stands for. */
const MODELS = {
  model: 'model',
  doc: 'docModel',
  det: 'detModel',
  cls: 'clsModel',
  rec: 'recModel',
} as const satisfies Record<string, keyof ModelSpec>;
/** Those that name a file, relative to the config. */
const FILES = {
  config: 'modelConfig',
  labels: 'labels',
  dict: 'recDict',
} as const satisfies Record<string, keyof ModelSpec>;
const OTHERS = ['task', 'topk', 'threshold'] as const;

/**
 * Reads fdeploy's own config: a YAML or JSON file with a section `fdeploy` that names the files of a model. The suite's
 * sections (`PreProcess`, `Deploy`, ...) can be in the same file or in the one that `config` names. Settings of the caller
 * override it. Any other spec is returned unchanged.
 * @throws FdeployError CONFIG_INVALID naming the field
 */
export async function expandOwnConfig(spec: ModelSpec): Promise<ModelSpec> {
  const file = spec.model;
  if (!/\.(ya?ml|json)$/i.test(file) || isDirectory(file) || (await isPirFile(file))) return spec;
  const map = await readYaml(file).catch((error: unknown) => {
    if (error instanceof FdeployError && error.code === 'CONFIG_MISSING') return undefined;
    throw error;
  });
  if (!map || !Object.hasOwn(map, 'fdeploy')) return spec;
  const section = new Fields(map, file).child('fdeploy');
  const allowed = [...Object.keys(MODELS), ...Object.keys(FILES), ...OTHERS];
  for (const key of section.keys()) {
    if (allowed.includes(key)) continue;
    const close = nearest(key, allowed);
    const hint = close === undefined ? `expected one of ${allowed.join(', ')}` : `did you mean ${close}?`;
    throw new FdeployError('CONFIG_INVALID', `${file}: unknown field fdeploy.${key}; ${hint}`, {
      file,
      found: key,
    });
  }
  const folder = path.dirname(file);
  const named: Partial<ModelSpec> = {};
  for (const [field, setting] of Object.entries(FILES)) {
    const value = section.string(field);
    if (value !== undefined) named[setting] = path.resolve(folder, value);
  }
  for (const [field, setting] of Object.entries(MODELS)) {
    const value = section.string(field);
    if (value !== undefined) named[setting] = await modelPathOrName(value, folder);
  }
  const hasSections = Object.keys(map).length > 1;
  const isExport = named.model !== undefined && (!path.isAbsolute(named.model) || isDirectory(named.model));
  const topk = section.integer('topk', 1);
  const threshold = section.number('threshold');
  return {
    // An export has a config of its own.
    ...((hasSections || !isExport) && { modelConfig: file }),
    ...named,
    ...(section.has('task') && { task: section.oneOf('task', TASKS, 'ocr') }),
    ...(topk !== undefined && { topk }),
    ...(threshold !== undefined && { threshold }),
    ...spec,
    model: named.model ?? named.detModel ?? named.recModel ?? named.clsModel ?? file,
  };
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
