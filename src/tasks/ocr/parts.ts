import { readdirSync } from 'node:fs';
import path from 'node:path';
import { chooseNetwork, locateModel, type LocatedModel } from '../../config/locate.js';
import { FdeployError } from '../../contracts/errors.js';
import type { ModelSpec, Notify } from '../../contracts/spec.js';
import { builtinModels } from './builtin.js';
import { kindByConfig, kindByName, type LineKind, type PartKind, type PerPart } from './kinds.js';
import type { Part } from './part.js';
import { isPipeline, pipelineParts } from './pipeline-yaml.js';

/** What a model's path holds. `unknown` is a single network whose name and config do not tell its part. */
export interface Parts extends PerPart<Part> {
  unknown?: Part;
  dictionary?: string;
}

/** Subfolders of a directory by the part that their name tells. */
function partFolders(directory: string | undefined): PerPart<string> {
  const folders: PerPart<string> = {};
  if (directory === undefined) return folders;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const kind = entry.isDirectory() ? kindByName(entry.name) : undefined;
    if (kind) folders[kind] ??= path.join(directory, entry.name);
  }
  return folders;
}

const kindOfFile = (file: string): LineKind | undefined =>
  kindByName(path.basename(file).replace(/\.[^.]+$/, ''));

/** Whether a path looks like an OCR model: by its config, its folders' names or its files'. */
export function looksLikeOcr(located: LocatedModel): boolean {
  const { config, directory, networks, known, parts } = located;
  if (known === 'ppocr-v4' || parts) return true;
  if (config) return isPipeline(config) || kindByConfig(config) !== undefined;
  if (networks.length > 0) {
    const names = networks.map(({ file }) => kindOfFile(file));
    if (names.includes('rec') || (names.includes('det') && names.includes('cls'))) return true;
    const file = path.basename(networks[0]!.file);
    // Detection of objects has a config: a network of that name without one is part of an OCR pipeline.
    return /ocr/i.test(`${located.name} ${file}`) || path.parse(file).name.toLowerCase() === 'det';
  }
  const folders = partFolders(directory);
  return folders.det !== undefined && folders.rec !== undefined;
}

/**
 * Finds the networks of an OCR model: those that come with the install, a pipeline's yaml, a directory with a folder
 * or file for each part, or a single network; what the caller names part by part wins.
 * @throws FdeployError MODEL_NOT_FOUND, MODEL_UNSUPPORTED, CONFIG_INVALID, LFS_POINTER
 */
export async function locateParts(located: LocatedModel, spec: ModelSpec, notify: Notify): Promise<Parts> {
  const named = await namedParts(spec, notify);
  const onlyNamed = [spec.detModel, spec.clsModel, spec.recModel].includes(spec.model);
  const base = onlyNamed ? {} : await partsAt(located, spec, named, notify);
  const parts = { ...base, ...named };
  if (spec.noCls) delete parts.cls;
  // A named network does not go with the dictionary of the one it replaces.
  if (spec.recModel !== undefined) delete parts.dictionary;
  if (spec.recDict !== undefined) parts.dictionary = spec.recDict;
  return parts;
}

async function namedParts(spec: ModelSpec, notify: Notify): Promise<PerPart<Part>> {
  const parts: PerPart<Part> = {};
  if (spec.docModel !== undefined) parts.doc = await partAt(spec.docModel, spec, notify);
  if (spec.detModel !== undefined) parts.det = await partAt(spec.detModel, spec, notify);
  if (spec.clsModel !== undefined) parts.cls = await partAt(spec.clsModel, spec, notify);
  if (spec.recModel !== undefined) parts.rec = await partAt(spec.recModel, spec, notify);
  return parts;
}

async function partAt(model: string, spec: ModelSpec, notify: Notify): Promise<Part> {
  const { threads, batchSize, shareWeights } = spec;
  return partOf(await locateModel({ model, threads, batchSize, shareWeights }), notify);
}

function partOf(located: LocatedModel, notify: Notify): Part {
  const { name, config } = located;
  return { name, source: chooseNetwork(located, notify), ...(config && { config }) };
}

/** @param named parts that are given one by one, so that the model needs none */
async function partsAt(
  located: LocatedModel,
  spec: ModelSpec,
  named: PerPart<Part>,
  notify: Notify,
): Promise<Parts> {
  const { config, networks, directory } = located;
  if (located.known !== undefined) return builtinParts();
  if (located.parts) return setParts(located.parts, spec, notify);
  if (config && isPipeline(config)) {
    return pipelineParts(config, named, (model) => partAt(model, spec, notify));
  }
  const parts: PerPart<Part> = {};
  if (networks.length === 0) {
    for (const [kind, folder] of Object.entries(partFolders(directory))) {
      parts[kind as PartKind] = await partAt(folder, spec, notify);
    }
    if (Object.keys(parts).length > 0) return parts;
    const expected = 'expected folders det, cls and rec, or files with det, cls and rec in their names';
    const hint =
      spec.docModel === undefined
        ? ''
        : '; a page orientation model alone reads no text, so name an OCR model too (in a config: model, or det and rec)';
    const message = `${directory ?? located.name} contains no OCR model: ${expected}${hint}`;
    throw new FdeployError('MODEL_NOT_FOUND', message, { file: directory ?? located.name });
  }
  if (!config && networks.length > 1) {
    for (const network of networks) {
      const kind = kindOfFile(network.file);
      if (kind) parts[kind] ??= partOf({ ...located, networks: [network] }, notify);
    }
    if (Object.keys(parts).length > 1) return parts;
  }
  const kind = kindByConfig(config) ?? kindOfFile(networks[0]!.file) ?? kindByName(located.name);
  return { [kind ?? 'unknown']: partOf(located, notify) };
}

async function setParts(
  set: NonNullable<LocatedModel['parts']>,
  spec: ModelSpec,
  notify: Notify,
): Promise<Parts> {
  const part = async ({ name, path: folder }: { name: string; path: string }): Promise<Part> => ({
    ...(await partAt(folder, spec, notify)),
    name,
  });
  return { det: await part(set.det), cls: await part(set.cls), rec: await part(set.rec) };
}

function builtinParts(): Parts {
  const { det, cls, rec, dictionary } = builtinModels();
  const part = (file: string): Part => ({
    name: path.basename(file, '.onnx'),
    source: { kind: 'onnx', file },
  });
  return { det: part(det), cls: part(cls), rec: part(rec), dictionary };
}
