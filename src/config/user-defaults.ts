import { homedir } from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';
import { FdeployError } from '../contracts/errors.js';
import { longName, readValue, type AnyFlag } from './flags/flag.js';
import { PREDICT_FLAGS } from './flags/predict.js';
import type { PredictUserOptions } from './flags/predict-options.js';
import { modelPathOrName } from './places/path-or-name.js';
import { nearest } from './nearest-name.js';
import { parseConfig, readConfigText, type YamlMap } from './yaml.js';

/** Names of a project's defaults file, searched from the working folder up to the home folder. */
export const DEFAULTS_FILES = [
  'fdeploy.config.yaml',
  'fdeploy.config.yml',
  'fdeploy.config.json',
  '.fdeployrc.yaml',
  '.fdeployrc.yml',
  '.fdeployrc.json',
];

/** Defaults from files of the user. */
export interface UserDefaults {
  options: PredictUserOptions;
  /** The file of each default. */
  sources: Readonly<Record<string, string>>;
}

/** The user's defaults file. A project's file takes precedence. */
export function userDefaultsFile(): string {
  return path.join(envPaths('fdeploy', { suffix: '' }).config, 'config.yaml');
}

/**
 * Reads the defaults files of the user and of the project, which takes precedence. They set options by their long names
 * (`workers: 2`, `ocr-profile: paddleocr`). Paths are relative to the defaults file.
 * @throws FdeployError BAD_OPTION for a name or value that is none, CONFIG_INVALID for a file that cannot be read
 */
export async function readUserDefaults(
  folder = process.cwd(),
  own = userDefaultsFile(),
  home = homedir(),
): Promise<UserDefaults> {
  const found = [await readDefaults(own), await findDefaults(path.resolve(folder), path.resolve(home))];
  const values: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const result of found) {
    if (!result) continue;
    const { file, map } = result;
    for (const [name, value] of Object.entries(map)) {
      const key = keyOf(name, file);
      values[key] = await valueOf(key, name, value, file);
      sources[key] = file;
    }
  }
  return { options: values, sources };
}

interface DefaultsFile {
  file: string;
  map: YamlMap;
}

/** The nearest defaults file in a folder or one above it, up to `last`. */
async function findDefaults(folder: string, last: string): Promise<DefaultsFile | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    for (const name of DEFAULTS_FILES) {
      const found = await readDefaults(path.join(at, name));
      if (found) return found;
    }
    if (at === last || at === path.dirname(at)) return undefined;
  }
}

/** A defaults file; undefined if it does not exist or is empty. */
async function readDefaults(file: string): Promise<DefaultsFile | undefined> {
  const text = await readConfigText(file).catch((error: unknown) => {
    if (error instanceof FdeployError && error.code === 'CONFIG_MISSING') return '';
    throw error;
  });
  return text.trim() === '' ? undefined : { file, map: await parseConfig(text, file) };
}

const KEYS = new Map(
  Object.entries(PREDICT_FLAGS).map(([key, flag]) => [longName(flag).replace(/^--(no-)?/, ''), key]),
);

function keyOf(name: string, file: string): keyof PredictUserOptions {
  const key = KEYS.get(name) as keyof PredictUserOptions | undefined;
  if (key === undefined) {
    const meant = nearest(name, KEYS.keys());
    const hint = meant === undefined ? '' : ` (did you mean '${meant}'?)`;
    throw new FdeployError('BAD_OPTION', `${file}: there is no option '${name}'${hint}`, { file });
  }
  if ((PREDICT_FLAGS[key] as AnyFlag).perRun) {
    throw new FdeployError(
      'BAD_OPTION',
      `${file}: '${name}' applies to a single run and cannot have a default`,
      {
        file,
      },
    );
  }
  return key;
}

async function valueOf(
  key: keyof PredictUserOptions,
  name: string,
  value: unknown,
  file: string,
): Promise<unknown> {
  const flag = PREDICT_FLAGS[key];
  const read = readValue(flag, value, `${file}: '${name}'`);
  if (!('path' in flag) || typeof read !== 'string') return read;
  const folder = path.dirname(file);
  return /model$/i.test(key) ? await modelPathOrName(read, folder) : path.resolve(folder, read);
}
