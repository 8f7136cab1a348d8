import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ConvertOptions } from '../config/flags/commands.js';
import { withoutEnding } from '../archives/kinds.js';
import { archive } from '../config/places/archive.js';
import { networksIn, sourceOf } from '../config/network-files.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelSource } from '../contracts/runtime.js';
import { isSame, placeOf } from '../outputs/index.js';
import { convertPaddleModel, type ConvertedModel, type ExternalDataOptions } from '../paddle/index.js';
import { messageLine } from './messages.js';
import { refuseExisting, writeWhole } from './output-file.js';

type PaddleExport = Extract<ModelSource, { kind: 'paddle' }>;

/**
 * `fdeploy convert <model> [-o file.onnx]`: writes a Paddle export as ONNX. Returns the exit code.
 * @param model directory or archive of an export, or its `.pdmodel`, `__model__` or PIR `.json`
 * @throws FdeployError BAD_OPTION, OUTPUT_EXISTS, OUTPUT_FAILED, and what `convertPaddleModel` throws
 */
export async function convert(model: string, options: ConvertOptions): Promise<number> {
  const { output, inputs, outputs } = await writeConverted(model, options);
  const names = (values: readonly { name: string }[]): string => values.map(({ name }) => name).join(', ');
  process.stderr.write(messageLine(`wrote ${output}: ${names(inputs)} -> ${names(outputs)}`));
  return 0;
}

/**
 * Writes a Paddle export as `file.onnx` and, if its weights are too large, `file.onnx.data`.
 * @param largest maximum bytes of weights inside `file.onnx`
 */
export async function writeConverted(
  model: string,
  { output: named, overwrite }: ConvertOptions,
  largest?: ExternalDataOptions['largest'],
): Promise<ConvertedModel & { output: string }> {
  const exported = (await networksOf(model)).find(isExport);
  if (!exported) throw noProgram(model);
  const { source, beside } = exported;
  const output = named ?? beside.replace(/(\.[^./\\]*)?$/, '.onnx');
  const location = `${path.basename(output)}.data`;
  const data = path.join(path.dirname(output), location);
  for (const file of [output, data]) refuseSource(file, source);
  if (!overwrite) await refuseExisting(output);
  const external = { location, ...(largest !== undefined && { largest }) };
  const converted = await convertPaddleModel(source, external);
  const { onnx, externalData } = converted;
  if (externalData) {
    if (!overwrite) await refuseExisting(data);
    await writeWhole(data, externalData.data);
  }
  await writeWhole(output, onnx);
  return { ...converted, output };
}

/** A network of a model. */
interface Network<Source extends ModelSource = ModelSource> {
  source: Source;
  /** The file that a converted one is written beside: the network's, or its archive. */
  beside: string;
}

const isExport = (network: Network): network is Network<PaddleExport> => network.source.kind === 'paddle';

/** The networks of a directory or archive, or of a network's file. */
export async function networksOf(model: string): Promise<Network[]> {
  const place = await archive.find(model);
  const at = place && 'path' in place ? place.path : model;
  const folder = await stat(at).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const found = folder ? await networksIn(at) : [await sourceOf(at)];
  return found.map(({ source, file }) => ({ source, beside: place ? withoutEnding(model) : file }));
}

export function noProgram(model: string): FdeployError {
  const message = `${model} contains no Paddle program (.pdmodel, __model__ or PIR .json)`;
  return new FdeployError('MODEL_NOT_FOUND', message, { file: model });
}

/** Separate parameter files can have any name in the program's folder. */
function refuseSource(file: string, { model, params }: PaddleExport): void {
  const place = placeOf(file);
  const loose = params === undefined && !/\.(onnx|data)$/i.test(file);
  const beside =
    place.kind === 'file' && isSame(placeOf(path.dirname(place.path)), placeOf(path.dirname(model)));
  const sources = params === undefined ? [model] : [model, params];
  if (loose && beside) throw partOfModel(file);
  refuseFiles(file, sources);
}

/** @throws FdeployError BAD_OPTION if the output is one of the model's files */
export function refuseFiles(output: string, files: readonly string[]): void {
  const place = placeOf(output);
  if (files.some((file) => isSame(place, placeOf(file)))) throw partOfModel(output);
}

const partOfModel = (file: string): FdeployError =>
  new FdeployError('BAD_OPTION', `--output '${file}' is a file of the model`, { file });
