import { FdeployError } from '../contracts/errors.js';
import { BYTE_ORDER_MARK } from '../files/spreadsheet-text.js';
import { CSV_PARTS, csvHeader, csvRows, type CsvShape } from './csv-columns.js';
import { csvText } from './csv-text.js';
import { LineWriter } from './line-writer.js';
import type { Sink, SinkHead } from './sink.js';
import type { Target } from './target.js';

function noPageColumns(output: string, image: string): FdeployError {
  const message = `${output} has no columns for pages, since it began with pictures; '${image}' has pages: start a table with --pages 1- to have them`;
  return new FdeployError('OUTPUT_FAILED', message, { file: output });
}

function csvShape({ model: { task, files }, pageColumns = false }: SinkHead): CsvShape {
  const parts = CSV_PARTS.filter((part) => part in files);
  return { task, pages: pageColumns, ...(parts.length > 0 && { parts }) };
}

/** CSV with a header: one row per class, object, segment or line. */
export function csvSink(target: Target, head: SinkHead): Sink {
  const shape = csvShape(head);
  const mark = head.byteOrderMark ? BYTE_ORDER_MARK : '';
  const lines = new LineWriter(target, head.resumed ? '' : mark + csvText([csvHeader(shape)]));
  return {
    write: async (record) => {
      if (record.page !== undefined && !shape.pages) throw noPageColumns(target.name, record.image);
      await lines.write(csvText(csvRows(record, shape)), 1);
    },
    end: () => lines.end(),
  };
}
