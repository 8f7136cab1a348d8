import { csvHeader, csvRows } from './csv-columns.js';
import { csvText } from './csv-text.js';
import { LineWriter } from './line-writer.js';
import type { Sink, SinkHead } from './sink.js';
import type { Target } from './target.js';

/** CSV with a header: one row a class, object, segment or line. */
export function csvSink(target: Target, head: SinkHead): Sink {
  const lines = new LineWriter(target);
  const { task } = head.model;
  let before = head.resumed ? '' : csvText([csvHeader(task)]);
  return {
    write: (record) => {
      const text = before + csvText(csvRows(record, task));
      before = '';
      return lines.write(text, 1);
    },
    end: () => lines.end(before),
  };
}
