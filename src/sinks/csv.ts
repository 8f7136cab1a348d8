import { csvHeader, csvRows } from './csv-columns.js';
import { csvText } from './csv-text.js';
import { LineWriter } from './line-writer.js';
import type { Sink, SinkHead } from './sink.js';
import type { Target } from './target.js';

/** CSV with a header: one row per class, object, segment or line. */
export function csvSink(target: Target, head: SinkHead): Sink {
  const { task } = head.model;
  const lines = new LineWriter(target, head.resumed ? '' : csvText([csvHeader(task)]));
  return {
    write: (record) => lines.write(csvText(csvRows(record, task)), 1),
    end: () => lines.end(),
  };
}
