import { access } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { FdeployError } from '../../contracts/errors.js';
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
  const { declared, ...program } = isJson(bytes)
    ? readPir(bytes, files.model, vocabularies.pir)
    : readPdmodel(bytes, files.model, vocabularies.pdmodel);
  checkInterface(program);
  return { ...program, parameters: await readParameters(files, declared) };
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
  const combined = files.params ?? (await findCombined(files.model));
  if (combined !== undefined) {
    const found = readCombinedParameters(await readModelFile(combined), combined, declared);
    for (const value of declared) parameters.set(value, found.get(value.name)!);
    return parameters;
  }
  for (const value of declared) {
    const file = join(dirname(files.model), value.name);
    if (!(await exists(file)))
      throw new FdeployError(
        'MODEL_NOT_FOUND',
        `${files.model} has ${declared.length} parameters, but no parameter file (.pdiparams, __params__ or one file per parameter) lies beside it`,
        { file: files.model },
      );
    parameters.set(value, readSingleParameter(await readModelFile(file), file, value));
  }
  return parameters;
}

async function findCombined(model: string): Promise<string | undefined> {
  const folder = dirname(model);
  const stem = basename(model, extname(model));
  for (const name of [`${stem}.pdiparams`, '__params__']) {
    const file = join(folder, name);
    if (await exists(file)) return file;
  }
  return undefined;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
