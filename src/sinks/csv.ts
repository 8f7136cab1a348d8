import { FdeployError } from '../contracts/errors.js';
import { csvHeader, csvRows } from './csv-columns.js';
import { csvText } from './csv-text.js';
import { LineWriter } from './line-writer.js';
import type { Sink, SinkHead } from './sink.js';
import type { Target } from './target.js';

function noPageColumns(output: string, image: string): FdeployError {
  const message = `${output} has no columns for pages, since it began with pictures; '${image}' has pages: start a table with --pages 1- to have them`;
  return new FdeployError('OUTPUT_FAILED', message, { file: output });
}

/** CSV with a header: one row per class, object, segment or line. */
export function csvSink(target: Target, head: SinkHead): Sink {
  const { task } = head.model;
  const { pageColumns = false } = head;
  const lines = new LineWriter(target, head.resumed ? '' : csvText([csvHeader(task, pageColumns)]));
  return {
    write: async (record) => {
      if (record.page !== undefined && !pageColumns) throw noPageColumns(target.name, record.image);
      await lines.write(csvText(csvRows(record, task, pageColumns)), 1);
    },
    end: () => lines.end(),
  };
}
