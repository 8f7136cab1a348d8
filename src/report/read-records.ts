import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { FdeployError } from '../contracts/errors.js';
import type { ResultRecord } from '../contracts/results.js';
import { TASKS } from '../contracts/results.js';
import { splitLines, withoutMark } from '../files/lines.js';
import { irregularKind, UnfitFile, whyNotRead } from '../files/regular-file.js';

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

const unreadable = (file: string, cause: unknown): FdeployError =>
  new FdeployError('RECORDS_INVALID', `the file of records "${file}" ${whyNotRead(cause)}`, { file, cause });

/**
 * Looks at a file of records before anything is made of it; it may be a pipe.
 *
 * @throws FdeployError RECORDS_INVALID
 */
export async function checkRecords(file: string): Promise<void> {
  try {
    const stats = await stat(file);
    const kind = stats.isFIFO() ? undefined : irregularKind(stats);
    if (kind !== undefined) throw new UnfitFile('kind', kind, 'a file or a pipe');
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/**
 * The records of a JSON Lines file, one by one. A last line that a broken run left unfinished is left out.
 *
 * @throws FdeployError RECORDS_INVALID naming the line that is no record, or the file that cannot be read
 */
export async function* readRecords(file: string): AsyncGenerator<ResultRecord> {
  const chunks = createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  let number = 0;
  let torn: number | undefined;
  try {
    for await (const bytes of splitLines(chunks)) {
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
