import { LineWriter } from './line-writer.js';
import { foundText, recordTitle } from './readable.js';
import type { Sink, SinkHead } from './sink.js';
import type { Target } from './target.js';
import { terminalLine } from './terminal-text.js';

/**
 * Readable text, which cannot be resumed. For ocr: the picture's name, its text, an empty line. For other tasks, one line per
 * picture: its name, two spaces, the result. Line ends in names and labels are escaped.
 */
export function txtSink(target: Target, head: SinkHead): Sink {
  const lines = new LineWriter(target);
  const block = head.model.task === 'ocr';
  return {
    write: (record) => {
      const name = terminalLine(recordTitle(record));
      const found = foundText(record);
      const isText = record.status === 'ok' && record.task === 'ocr';
      const shown = isText ? found : terminalLine(found);
      return lines.write(block ? `${name}\n${shown}\n\n` : `${name}  ${shown}\n`, 1);
    },
    end: () => lines.end(),
  };
}
