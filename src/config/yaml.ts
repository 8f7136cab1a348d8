import { readFile, stat } from 'node:fs/promises';
import { FdeployError } from '../contracts/errors.js';
import { failIfLfsPointer } from './lfs-pointer.js';

/** What a YAML file holds when every scalar stays the text it was written as. */
export type YamlValue = string | YamlValue[] | YamlMap;
export interface YamlMap {
  [key: string]: YamlValue;
}

/** PP-OCRv5's dictionary makes a config of about 0.2 MB; anything past this is not a model's config. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Anchors may be used often (shared lists), but not to blow a small file up. */
const MAX_ALIASES = 1000;

/**
 * Reads a model config. Scalars stay text, so that a label `no`, `1e3` or a wide space keeps its spelling; the
 * accessors of `Fields` turn them into numbers and booleans where a number or boolean is meant. JSON is YAML too.
 * @throws FdeployError CONFIG_MISSING, CONFIG_INVALID (with line and column) or LFS_POINTER
 */
export async function readYaml(file: string): Promise<YamlMap> {
  const text = await readText(file);
  failIfLfsPointer(text, file);
  // Workers are given their config and read none: they need not load the parser.
  const { parseDocument } = await import('./yaml-parser.js');
  const document = parseDocument(text, { schema: 'failsafe', version: '1.2', prettyErrors: false });
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
    const message = `${file} holds no YAML mapping at its top`;
    throw new FdeployError('CONFIG_INVALID', message, { file, expected: 'a mapping' });
  }
  return value as YamlMap;
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) {
      const message = `${file} has ${size} bytes; a model config has at most ${MAX_BYTES}`;
      throw new FdeployError('CONFIG_INVALID', message, { file });
    }
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof FdeployError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new FdeployError('CONFIG_MISSING', `there is no config file ${file}`, { file, cause });
    }
    const message = `${file} cannot be read: ${(cause as Error).message}`;
    throw new FdeployError('CONFIG_INVALID', message, { file, cause });
  }
}

function position(text: string, offset: number): [line: number, column: number] {
  const before = text.slice(0, offset);
  return [before.split('\n').length, offset - before.lastIndexOf('\n')];
}
