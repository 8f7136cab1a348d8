import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { TASKS, type Format, type ResultRecord, type Task } from '#src/contracts/results.js';
import { unguardFormula } from '#src/sinks/index.js';
import { arbitraryRun } from '../support/arbitrary-records.js';
import { sinkBytes } from '../support/sink-text.js';

const model = (task: Task) => ({ name: 'm', task, files: {} });

const textOf = async (format: Format, task: Task, records: readonly ResultRecord[]): Promise<string> =>
  (await sinkBytes(format, model(task), records)).toString();

type Row = Record<string, string | number | null>;

/** The rows that a record stands for, by the contract: one for each item, or one without an item. */
function expectedRows(record: ResultRecord): Row[] {
  const name = { index: record.index, image: record.image };
  if (record.status === 'error') {
    const { code, message } = record.error;
    return [{ ...name, status: 'error', errorCode: code, errorMessage: message, attempts: record.attempts }];
  }
  const front = { ...name, status: 'ok', width: record.width, height: record.height, atMs: record.ms.at };
  const items = itemsOf(record);
  if (items.length === 0) return [{ ...front, items: 0 }];
  return items.map((item, i) => ({ ...front, item: i + 1, items: items.length, ...item }));
}

/** Scores have six digits in a table. */
const six = <V extends number | null>(value: V): V =>
  (value === null ? null : Number(value.toPrecision(6))) as V;

function itemsOf(record: Extract<ResultRecord, { status: 'ok' }>): Row[] {
  switch (record.task) {
    case 'classification':
      return record.result.classes.map(({ id, label, score }) => ({ id, label, score: six(score) }));
    case 'detection':
      return record.result.objects.map(({ id, label, score, box: [x0, y0, x1, y1] }) => ({
        ...{ id, label, score: six(score) },
        ...{ x0, y0, x1, y1 },
      }));
    case 'segmentation':
      return record.result.segments.map(({ id, label, pixels, share }) => ({
        ...{ id, label, pixels },
        share: six(share),
      }));
    case 'ocr':
      return record.result.lines.map(
        ({ text = null, score = null, quad, angle = null, angleScore = null }) => ({
          ...{ text, score: six(score), angle, angleScore: six(angleScore) },
          ...Object.fromEntries(
            (quad ?? []).flatMap(([x, y], i) => [[`x${i}`, x] as const, [`y${i}`, y] as const]),
          ),
        }),
      );
  }
}

/** A cell as it was before it was written; an empty one is null or the empty text. */
const cell = (text: string, expected: string | number | null | undefined): string | number | null =>
  typeof expected === 'number' ? Number(text) : text === '' && expected !== '' ? null : unguardFormula(text);

describe.each(TASKS)('any records of %s', (task) => {
  const check = async (property: (records: ResultRecord[]) => Promise<void>): Promise<void> => {
    await fc.assert(fc.asyncProperty(arbitraryRun(task), property));
  };

  test('come back from JSON Lines', async () => {
    await check(async (records) => {
      const lines = (await textOf('jsonl', task, records)).split('\n');
      expect(lines.pop()).toBe('');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(records);
    });
  });

  test('come back from a JSON document', async () => {
    await check(async (records) => {
      expect(JSON.parse(await textOf('json', task, records))).toEqual({
        model: model(task),
        results: records,
        summary: { images: records.length },
      });
    });
  });

  test('come back from CSV', async () => {
    await check(async (records) => {
      const found: Record<string, string>[] = parse(await textOf('csv', task, records), {
        columns: true,
        record_delimiter: '\r\n',
      });
      const expected = records.flatMap(expectedRows);
      const readBack = found.map((row, i) =>
        Object.fromEntries(
          Object.entries(row).map(([name, text]) => [name, cell(text, expected[i]?.[name])]),
        ),
      );
      expect(readBack).toMatchObject(expected);
    });
  });
});
