import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheRoot } from '../cache-location.js';
import { isKnownModel } from './known-models.js';

/**
 * What a model is in a config file: a path relative to the file's folder, or else a name as `--model` takes it.
 * @param folder of the config file
 */
export async function modelPathOrName(value: string, folder: string): Promise<string> {
  const at = path.resolve(folder, value);
  return !existsSync(at) && (await isModelName(value)) ? value : at;
}

/** Whether a model comes with the install, is on the hub or in the store by this name. */
async function isModelName(name: string): Promise<boolean> {
  if (isKnownModel(name)) return true;
  const { hubModels, isReference } = await import('../../hub/names.js');
  const { storedModels } = await import('../../hub/store.js');
  if (isReference(name) || (await hubModels(name))) return true;
  return (await storedModels(cacheRoot())).some((model) => model.name === name);
}
