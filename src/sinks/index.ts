import type { Format } from '../contracts/results.js';
import { cocoSink } from './coco.js';
import { csvSink } from './csv.js';
import { jsonSink } from './json.js';
import { jsonlSink } from './jsonl.js';
import type { Sink, SinkHead } from './sink.js';
import type { Target } from './target.js';
import { txtSink } from './txt.js';

/** How to write each format. A new format is one line here and one name in `FORMATS`. */
const SINKS = {
  jsonl: jsonlSink,
  json: jsonSink,
  csv: csvSink,
  txt: txtSink,
  coco: cocoSink,
} satisfies Record<Format, (target: Target, head: SinkHead) => Sink>;

/** Creates the sink of a run. Nothing is written before the first record or the end. */
export function makeSink(format: Format, target: Target, head: SinkHead): Sink {
  return SINKS[format](target, head);
}

export { ReaderGone, type Sink, type SinkHead } from './sink.js';
export { openFileTarget, outputError, StdoutTarget, type Target } from './target.js';
export { CSV_PARTS, csvHeader, type CsvShape } from './csv-columns.js';
export { readCsvName } from './csv-name.js';
export { isAscii, unguardFormula } from '../files/spreadsheet-text.js';
export { terminalSink } from './terminal.js';
export { terminalLine, terminalText } from './terminal-text.js';
