import { jsonText } from './json-text.js';
import { LineWriter } from './line-writer.js';
import type { Sink } from './sink.js';
import type { Target } from './target.js';

/** JSON Lines: one record per line. */
export function jsonlSink(target: Target): Sink {
  const lines = new LineWriter(target);
  return {
    write: (record) => lines.write(`${jsonText(record)}\n`, 1),
    end: () => lines.end(),
  };
}
