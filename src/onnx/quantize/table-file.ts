import { FdeployError, messageOf } from '../../contracts/errors.js';
import { readRegularFileSync, UnfitFile } from '../../files/guarded-file.js';
import type { NetworkTable } from './table.js';

/** Name of a table's file beside a model. */
export const TABLE_FILE = 'quantization.json';
const FORMAT = 'fdeploy quantization';
const VERSION = 1;
const MAX_BYTES = 2 ** 26;

/** A network's table in a file. A network without ranges stays float32. */
export interface NamedTable extends NetworkTable {
  /** The part of a pipeline, else the task. */
  readonly part: string;
  /** SHA-256 of the network's files. */
  readonly network: string;
}

/** Content of a `quantization.json`. */
export interface TableFile {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly networks: readonly NamedTable[];
  /** How it was made, and what was measured; not read again. */
  readonly made: Readonly<Record<string, unknown>>;
}

/** The content of a new file. */
export function tableFile(networks: readonly NamedTable[], made: TableFile['made']): TableFile {
  return { format: FORMAT, version: VERSION, networks, made };
}

/**
 * Reads a file of tables.
 * @returns undefined if there is no such file
 * @throws FdeployError QUANTIZATION_INVALID
 */
export function readTableFile(file: string): TableFile | undefined {
  let text: string;
  try {
    text = readRegularFileSync(file, { maxBytes: MAX_BYTES }).toString();
  } catch (error) {
    if (error instanceof UnfitFile && error.fault === 'missing') return undefined;
    throw invalid(file, messageOf(error), error);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'it is not JSON', cause);
  }
  if (!isObject(content) || content.format !== FORMAT)
    throw invalid(file, `it does not say "format": "${FORMAT}"`);
  if (content.version !== VERSION)
    throw invalid(file, `its version is ${String(content.version)}, not ${VERSION}`);
  const { networks } = content;
  if (!Array.isArray(networks) || !networks.every(isTable))
    throw invalid(file, 'a network of it is not complete');
  return content as unknown as TableFile;
}

function isTable(value: unknown): value is NamedTable {
  if (!isObject(value) || typeof value.part !== 'string' || typeof value.network !== 'string') return false;
  const { ranges, float, bias = {} } = value;
  const isRange = (range: unknown): boolean =>
    isNumbers(range) && range.length === 2 && range[0]! <= range[1]!;
  return (
    isObject(ranges) &&
    Object.values(ranges).every(isRange) &&
    isObject(float) &&
    Object.values(float).every((reason) => typeof reason === 'string') &&
    isObject(bias) &&
    Object.values(bias).every(isNumbers)
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isFinite);

function invalid(file: string, reason: string, cause?: unknown): FdeployError {
  const message = `${file} cannot be used: ${reason}: run fdeploy quantize again`;
  return new FdeployError('QUANTIZATION_INVALID', message, { file, cause });
}
