import { FdeployError } from '../../contracts/errors.js';
import { hubModels, isReference, type HubModel } from '../../hub/names.js';
import { partsOfSet } from '../../hub/sets.js';
import { storedModel } from '../../hub/store.js';
import { cacheRoot } from '../cache-location.js';
import type { Place } from './place.js';

/** A model that was pulled or added: an official name, an OCR set, `hf:owner/name`, or a name that `models add` gave. */
export const pulled: Place = {
  takes: "a name of 'fdeploy models known', hf:owner/name",
  async find(name) {
    const root = cacheRoot();
    const folder = await storedModel(root, name);
    if (folder !== undefined) return { path: folder, name };
    const models = await hubModels(name);
    if (!models) {
      if (!isReference(name)) return undefined;
      const message = `${name} is no reference to a model: write hf:owner/name[@revision][/folder]`;
      throw new FdeployError('MODEL_NOT_FOUND', message, { file: name });
    }
    const parts = partsOfSet(name);
    const folders = new Map<string, string>();
    const absent: HubModel[] = [];
    for (const model of models) {
      const at = await storedModel(root, model.name);
      if (at === undefined) absent.push(model);
      else folders.set(model.name, at);
    }
    if (absent.length > 0 || !parts) throw notHere(name, absent);
    const part = (model: string) => ({ name: model, path: folders.get(model) ?? '' });
    return { parts: { det: part(parts.det), cls: part(parts.cls), rec: part(parts.rec) } };
  },
};

function notHere(name: string, absent: readonly HubModel[]): FdeployError {
  const sizes = absent.map(({ megabytes }) => megabytes);
  const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const published = `${total.toFixed(1)} MB`;
  const rest = total === 0 ? 'its size is not published' : `${published} and parts without a published size`;
  const size = sizes.includes(undefined) ? rest : published;
  const message = `${name} is not on this machine: fetch it with 'fdeploy models pull ${name}' (${size}), or use --pull`;
  return new FdeployError('MODEL_NOT_FOUND', message, { file: name });
}
