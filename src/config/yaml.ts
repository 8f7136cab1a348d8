import type { Document } from 'yaml';
import { FdeployError } from '../contracts/errors.js';
import { readRegularFile, rethrowUnfit, UnfitFile } from '../files/guarded-file.js';
import { failIfLfsPointer } from './lfs-pointer.js';

/** Content of a YAML file whose scalars are kept as text. */
export type YamlValue = string | YamlValue[] | YamlMap;
export interface YamlMap {
  [key: string]: YamlValue;
}

/** PP-OCRv5's dictionary makes a config of about 0.2 MB. A list of this size takes the parser 2.4 s and 300 MiB. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Limit for aliases: shared lists use them, but they must not expand a small file enormously. */
const MAX_ALIASES = 1000;

/**
 * Reads a model config. Scalars are kept as text, so that labels such as `no`, `1e3` or a wide space keep their spelling. The
 * accessors of `Fields` convert them to numbers and booleans. JSON is YAML too.
 * @throws FdeployError CONFIG_MISSING, CONFIG_INVALID (with line and column) or LFS_POINTER
 */
export async function readYaml(file: string): Promise<YamlMap> {
  return parseConfig(await readConfigText(file), file);
}

/**
 * Parses a config's text as `readYaml` does.
 * @throws FdeployError CONFIG_INVALID or LFS_POINTER
 */
export async function parseConfig(text: string, file: string): Promise<YamlMap> {
  failIfLfsPointer(text, file);
  // Workers receive their config and do not load the parser.
  const { parseDocument } = await import('./yaml-parser.js');
  let document: Document;
  try {
    document = parseDocument(text, { schema: 'failsafe', version: '1.2', prettyErrors: false });
  } catch (cause) {
    // the parser recurses as deep as the text is nested
    throw new FdeployError('CONFIG_INVALID', `${file} is nested too deeply`, { file, cause });
  }
  const problem = document.errors[0];
  if (problem) {
    const [line, column] = position(text, problem.pos[0]);
    const where = `line ${line}, column ${column}`;
    const message = `${file} is not YAML: ${problem.message} (${where})`;
    throw new FdeployError('CONFIG_INVALID', message, { file, cause: problem });
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    const message = `${file} uses its YAML aliases too often to be a model config`;
    throw new FdeployError('CONFIG_INVALID', message, { file, cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = `${file} is not a YAML mapping`;
    throw new FdeployError('CONFIG_INVALID', message, { file, expected: 'a mapping' });
  }
  return value as YamlMap;
}

/**
 * A config's text.
 * @throws FdeployError CONFIG_MISSING, CONFIG_INVALID
 */
export async function readConfigText(file: string): Promise<string> {
  try {
    return (await readRegularFile(file, { maxBytes: MAX_BYTES })).toString();
  } catch (error) {
    if (error instanceof UnfitFile && error.fault === 'missing') {
      throw new FdeployError('CONFIG_MISSING', `there is no config file ${file}`, { file, cause: error });
    }
    rethrowUnfit(error, 'CONFIG_INVALID', file);
  }
}

function position(text: string, offset: number): [line: number, column: number] {
  const before = text.slice(0, offset);
  return [before.split('\n').length, offset - before.lastIndexOf('\n')];
}
