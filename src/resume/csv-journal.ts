import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, parse, type InfoRecord } from 'csv-parse';
import { FdeployError } from '../contracts/errors.js';
import { TASKS } from '../contracts/results.js';
import { recordKey } from '../contracts/source.js';
import { CSV_PARTS, csvHeader, readCsvName, unguardFormula, type CsvShape } from '../sinks/index.js';
import type { Answered } from './answered.js';

/** One row from csv-parse; `info.bytes` is the offset of its end. */
interface Row {
  record: string[];
  info: InfoRecord;
}

/**
 * The pictures of a csv output, in order. A picture with missing rows is incomplete. A byte order mark, other line ends and
 * empty lines, such as from an editor, are accepted.
 * @param end offset of the end of its last complete row
 * @throws FdeployError RESUME_IMPOSSIBLE if it is not a table of results; the system's error if it cannot be read
 */
export async function* answeredInCsv(file: string, end: number): AsyncGenerator<Answered> {
  if (end === 0) return;
  let column: Readonly<Record<string, number>> = {};
  const rows = parse({ info: true, bom: true, record_delimiter: ['\r\n', '\n'], skip_empty_lines: true });
  pipeline(createReadStream(file, { end: end - 1 }), rows, () => undefined); // the iteration throws the error
  let picture: Answered | undefined;
  let lastItem = 0;
  let items = '';
  let start = -1;
  try {
    for await (const { record, info } of rows as AsyncIterable<Row>) {
      const cell = (name: string): string => record[column[name]!] ?? '';
      if (start === -1) column = columnsOf(record, file);
      else {
        const key = keyOf(cell('image'), cell('page'));
        if (picture?.key === key && items === cell('items') && cell('item') === `${lastItem + 1}`) {
          picture.end = info.bytes;
          lastItem++;
        } else {
          if (picture) yield finished(picture, items === `${lastItem}`);
          picture = { key, status: cell('status') === 'ok' ? 'ok' : 'error', start, end: info.bytes };
          items = cell('items');
          lastItem = items === '0' && cell('item') === '' ? 0 : cell('item') === '1' ? 1 : NaN;
        }
      }
      start = info.bytes;
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const message = `--resume cannot continue '${file}': it is not a CSV file of fdeploy (${cause.message})`;
    throw new FdeployError('RESUME_IMPOSSIBLE', message, { file, cause });
  }
  if (picture) yield finished(picture, items === `${lastItem}`);
}

/** Whether a csv output has columns for pages; undefined if it has no header yet. */
export async function hasPageColumns(file: string): Promise<boolean | undefined> {
  const rows = parse({ bom: true, record_delimiter: ['\r\n', '\n'], skip_empty_lines: true, to: 1 });
  pipeline(createReadStream(file), rows, () => undefined); // the rows were read before
  for await (const header of rows as AsyncIterable<string[]>) return header.includes('page');
  return undefined;
}

function finished(picture: Answered, whole: boolean): Answered {
  return whole ? picture : { ...picture, status: 'incomplete' };
}

function keyOf(image: string, page: string): string {
  return recordKey({
    ...readCsvName(unguardFormula(image)),
    ...(page !== '' && { page: Number(page) }),
  });
}

/** Every kind of table. */
function shapes(): CsvShape[] {
  const subsets = CSV_PARTS.reduce<string[][]>(
    (all, part) => [...all, ...all.map((some) => [...some, part])],
    [[]],
  );
  return TASKS.flatMap((task) =>
    [false, true].flatMap((pages) => subsets.map((parts) => ({ task, pages, parts }))),
  );
}

/** Position of each column. The run's settings determine the task of the table. */
function columnsOf(found: readonly string[], file: string): Record<string, number> {
  const isOurs = shapes().some((shape) => csvHeader(shape).join() === found.join());
  if (isOurs) {
    return Object.fromEntries(found.map((name, i) => [name, i]));
  }
  const message = `--resume cannot continue '${file}': its columns are not those of fdeploy's results`;
  throw new FdeployError('RESUME_IMPOSSIBLE', message, { file, found: found.join() });
}
