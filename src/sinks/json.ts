import { jsonText } from './json-text.js';
import { LineWriter } from './line-writer.js';
import type { Sink, SinkHead } from './sink.js';
import type { Target } from './target.js';

/**
 * One JSON document, `{"model", "results", "summary"}`, written incrementally, one record per line. It is valid even if the
 * run is interrupted.
 */
export function jsonSink(target: Target, head: SinkHead): Sink {
  const lines = new LineWriter(target, `{"model":${jsonText(head.model)},"results":[\n`);
  let separator = '';
  return {
    write: (record) => {
      const text = separator + jsonText(record);
      separator = ',\n';
      return lines.write(text, 1);
    },
    end: (summary) => lines.end(`\n],"summary":${jsonText(summary ?? null)}}\n`),
  };
}
