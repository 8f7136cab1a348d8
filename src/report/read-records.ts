import { FdeployError } from '../contracts/errors.js';
import type { ResultRecord } from '../contracts/results.js';
import { TASKS } from '../contracts/results.js';
import { checkStream, readStream, UnfitFile } from '../files/guarded-file.js';
import { splitLines, withoutMark } from '../files/lines.js';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isRecord(value: unknown): value is ResultRecord {
  if (!isObject(value) || typeof value.image !== 'string') return false;
  if (value.status === 'error') return isObject(value.error);
  return (
    value.status === 'ok' &&
    (TASKS as readonly unknown[]).includes(value.task) &&
    isObject(value.result) &&
    isObject(value.ms)
  );
}

function parse(line: string): ResultRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof UnfitFile)) return error;
  const message = `the file of records "${file}" ${error.reason}`;
  return new FdeployError('RECORDS_INVALID', message, { file, cause: error });
}

/**
 * Checks a file of records before use. It may be a pipe.
 *
 * @throws FdeployError RECORDS_INVALID
 */
export function checkRecords(file: string): void {
  try {
    checkStream(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/**
 * The records of a JSON Lines file. An incomplete last line from an interrupted run is skipped.
 *
 * @throws FdeployError RECORDS_INVALID naming the line that is not a record, or the file that cannot be read
 */
export async function* readRecords(file: string): AsyncGenerator<ResultRecord> {
  let number = 0;
  let torn: number | undefined;
  try {
    for await (const bytes of splitLines(readStream(file))) {
      number++;
      const line = (number === 1 ? withoutMark(bytes) : bytes).toString();
      if (line.trim() === '') continue;
      if (torn !== undefined) break;
      const record = parse(line);
      if (record) yield record;
      else torn = number;
    }
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  if (torn !== undefined && (torn < number || torn === 1))
    throw new FdeployError('RECORDS_INVALID', `"${file}", line ${torn}: not a result record of fdeploy`, {
      file,
      expected: 'JSON Lines as predict writes them',
    });
}
