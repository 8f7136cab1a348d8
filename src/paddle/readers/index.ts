import { basename, dirname, extname, isAbsolute, join, relative, sep } from 'node:path';
import { FdeployError } from '../../contracts/errors.js';
import { isNetworkFile } from '../../files/network-file.js';
import type { ParameterData, Program, ProgramValue, Vocabulary } from '../program.js';
import { damaged } from './damage.js';
import { readModelFile } from './files.js';
import { readCombinedParameters, readSingleParameter } from './params.js';
import { readPdmodel } from './pdmodel.js';
import type { ProgramWithoutValues } from './pdmodel.js';
import { readPir } from './pir.js';

/** The files of one export. */
export interface PaddleFiles {
  /** `.pdmodel`, `__model__` or PIR `.json`; the content decides which it is. */
  readonly model: string;
  /** The combined parameters; left out: `<stem>.pdiparams` or `__params__` beside the model, else one file per parameter. */
  readonly params?: string | undefined;
}

/**
 * Reads an export of either format.
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID
 */
export async function readProgram(
  files: PaddleFiles,
  vocabularies: { readonly pdmodel: Vocabulary; readonly pir: Vocabulary },
): Promise<Program> {
  const bytes = await readModelFile(files.model);
  const { declared, ...program } = readDeclaration(bytes, files.model, vocabularies);
  checkInterface(program);
  return { ...program, parameters: await readParameters(files, declared) };
}

/**
 * Every file that an export is read from, the program first.
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID
 */
export async function exportFiles(
  files: PaddleFiles,
  vocabularies: { readonly pdmodel: Vocabulary; readonly pir: Vocabulary },
): Promise<string[]> {
  const combined = files.params ?? findCombined(files.model);
  if (combined !== undefined) return [files.model, combined];
  const { declared } = readDeclaration(await readModelFile(files.model), files.model, vocabularies);
  return [files.model, ...declared.map(({ name }) => looseFile(files.model, name, declared.length))];
}

function readDeclaration(
  bytes: Uint8Array,
  file: string,
  vocabularies: { readonly pdmodel: Vocabulary; readonly pir: Vocabulary },
): ProgramWithoutValues {
  return isJson(bytes)
    ? readPir(bytes, file, vocabularies.pir)
    : readPdmodel(bytes, file, vocabularies.pdmodel);
}

/** A program whose first byte that is no white space is `{` is PIR's JSON. */
function isJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b;
}

function checkInterface(program: Omit<ProgramWithoutValues, 'declared'>): void {
  if (program.outputs.length === 0) throw damaged(program.file, 'program', 'at least one output', 'none');
  for (const { name, type, dims } of program.inputs)
    if (type === undefined || dims === undefined)
      throw damaged(program.file, `input ${name}`, 'a tensor type', 'none that is known');
}

async function readParameters(
  files: PaddleFiles,
  declared: readonly ProgramValue[],
): Promise<Map<ProgramValue, ParameterData>> {
  const parameters = new Map<ProgramValue, ParameterData>();
  const combined = files.params ?? findCombined(files.model);
  if (combined !== undefined) {
    const found = readCombinedParameters(await readModelFile(combined), combined, declared);
    for (const value of declared) parameters.set(value, found.get(value.name)!);
    return parameters;
  }
  for (const value of declared) {
    const file = looseFile(files.model, value.name, declared.length);
    parameters.set(value, readSingleParameter(await readModelFile(file), file, value));
  }
  return parameters;
}

function findCombined(model: string): string | undefined {
  const folder = dirname(model);
  const stem = basename(model, extname(model));
  return [`${stem}.pdiparams`, '__params__'].map((name) => join(folder, name)).find(isNetworkFile);
}

/** The file of a parameter beside the program; the program is data, and its names lead to nowhere else. */
function looseFile(model: string, name: string, parameters: number): string {
  const folder = dirname(model);
  const file = join(folder, name);
  const inside = relative(folder, file);
  if (inside === '' || isAbsolute(inside) || inside.split(sep)[0] === '..')
    throw damaged(
      model,
      `parameter ${name}`,
      'the name of a file beside the program',
      'one that leads elsewhere',
    );
  if (isNetworkFile(file)) return file;
  const message = `${model} has ${parameters} parameters, but no parameter file (.pdiparams, __params__ or one file per parameter) lies beside it`;
  throw new FdeployError('MODEL_NOT_FOUND', message, { file: model });
}
