import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import type { ModelSource } from '../contracts/runtime.js';
import type { ModelSpec } from '../contracts/spec.js';
import { isPirFile, networksIn, sourceOf, type NetworkFile } from './network-files.js';
import { Fields } from './fields.js';
import { findModel } from './places/index.js';
import type { FoundParts } from './places/place.js';
import { readYaml } from './yaml.js';

/** Names of the suites' config files, the most specific first. */
const CONFIG_NAMES = [
  'inference.yml',
  'inference.yaml',
  'inference_cls.yaml',
  'inference_cls.yml',
  'infer_cfg.yml',
  'infer_cfg.yaml',
  'deploy.yaml',
  'deploy.yml',
];

/** What `--model` names, as found on this machine. The tasks interpret it. */
export interface LocatedModel {
  /** The model's name: its directory, its file or the known name. */
  name: string;
  /** The known name, if it is one. */
  known?: string;
  /** The folders of an OCR set's models, if it is one. */
  parts?: FoundParts;
  directory?: string;
  /** The suite's yml, a pipeline's yaml or fdeploy's own config. */
  config?: Fields;
  /** Every network found, the preferred one first. */
  networks: NetworkFile[];
}

/**
 * Locates a model by its name: an exported directory, an archive of one, a network's file, a config file, or a known name.
 * @throws FdeployError MODEL_NOT_FOUND, CONFIG_MISSING, CONFIG_INVALID, LFS_POINTER
 */
export async function locateModel(spec: ModelSpec): Promise<LocatedModel> {
  const found = await findModel(spec.model);
  if ('known' in found) return { name: spec.model, known: found.known, networks: [] };
  if ('parts' in found) return { name: spec.model, parts: found.parts, networks: [] };
  const model = found.path;
  const configFile = spec.modelConfig;
  if ((await stat(model)).isDirectory()) {
    const name = found.name ?? path.basename(path.resolve(model));
    return { name, ...(await locateDirectory(model, configFile, spec.modelFile)) };
  }

  const directory = path.dirname(model);
  const isConfig = /\.ya?ml$/i.test(model) || (/\.json$/i.test(model) && !(await isPirFile(model)));
  if (isConfig) {
    const config = new Fields(await readYaml(configFile ?? model), configFile ?? model);
    const named = spec.modelFile === undefined ? networksIn(directory) : [await sourceOf(spec.modelFile)];
    return { name: path.basename(path.resolve(directory)), directory, config, networks: await named };
  }
  const config = await findConfig(directory, configFile);
  return {
    name: path.basename(model).replace(/\.[^.]+$/, ''),
    directory,
    ...(config && { config }),
    networks: [await sourceOf(spec.modelFile ?? model)],
  };
}

async function locateDirectory(
  directory: string,
  configFile?: string,
  modelFile?: string,
): Promise<Omit<LocatedModel, 'name'>> {
  const config = await findConfig(directory, configFile);
  const networks =
    modelFile === undefined ? await networksIn(directory) : [await sourceOf(modelFile, directory)];
  return { directory, ...(config && { config }), networks };
}

async function findConfig(directory: string, named: string | undefined): Promise<Fields | undefined> {
  if (named !== undefined) return new Fields(await readYaml(named), named);
  const names = (await readdir(directory)).filter((name) => /\.ya?ml$/i.test(name)).sort();
  const name =
    CONFIG_NAMES.find((known) => names.includes(known)) ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) return undefined;
  const file = path.join(directory, name);
  return new Fields(await readYaml(file), file);
}

/**
 * The network to open: the one of `--model-file`, else the preferred one. The choice is reported if there are several.
 * @throws FdeployError MODEL_NOT_FOUND
 */
export function chooseNetwork(located: LocatedModel, notify: (sentence: string) => void): ModelSource {
  const [first, ...others] = located.networks;
  if (!first) {
    const where = located.directory ?? located.name;
    const message = `${where} contains no network: expected an .onnx, a .pdmodel or a PIR .json file`;
    throw new FdeployError('MODEL_NOT_FOUND', message, { file: where });
  }
  if (others.length > 0) {
    const names = others.map(({ file }) => path.basename(file)).join(', ');
    notify(
      `${located.name}: using ${path.basename(first.file)}; ${names} is also there (choose with --model-file)`,
    );
  }
  return first.source;
}
