import type { OkRecord, ResultRecord } from '../contracts/results.js';
import { LineWriter } from './line-writer.js';
import type { Sink } from './sink.js';
import type { Target } from './target.js';
import { countsOf, foundText, recordTitle } from './readable.js';
import { terminalLine } from './terminal-text.js';

/** Characters of a picture's text that are shown; `--format txt` has all. */
const TEXT_LENGTH = 400;
/** Between two rows of a picture's text. */
const ROW_END = ' / ';

const GREEN = ['\u001b[32m', '\u001b[39m'] as const;
const RED = ['\u001b[31m', '\u001b[39m'] as const;
const DIM = ['\u001b[2m', '\u001b[22m'] as const;

/**
 * For a person at a terminal: one line per picture, its name, what was found and the milliseconds it took.
 * @param target control characters are escaped here, not by it
 */
export function terminalSink(target: Target, coloured: boolean): Sink {
  const lines = new LineWriter(target);
  const paint = ([on, off]: readonly [string, string], text: string): string =>
    coloured ? `${on}${text}${off}` : text;
  return {
    write: (record) => {
      const name = terminalLine(recordTitle(record));
      const found = terminalLine(summaryOf(record));
      const parts =
        record.status === 'error'
          ? [name, paint(RED, found)]
          : [name, paint(GREEN, found), paint(DIM, `${millisecondsOf(record)} ms`)];
      return lines.write(`${parts.join('  ')}\n`, 1);
    },
    end: () => lines.end(),
  };
}

function summaryOf(record: ResultRecord): string {
  if (record.status === 'error') return foundText(record);
  if (record.task === 'detection') {
    const counts = countsOf(record.result.objects);
    return [...counts].map(([label, count]) => `${count} ${plural(label, count)}`).join(', ') || 'no objects';
  }
  const text = foundText(record);
  if (record.task !== 'ocr') return text;
  const row = text.replaceAll('\n', ROW_END);
  const characters = Array.from(row);
  return characters.length <= TEXT_LENGTH ? row : `${characters.slice(0, TEXT_LENGTH).join('')}…`;
}

/** The plural of an English label: `person` -> `persons`, `bus` -> `buses`, `knife` -> `knives`. Other labels stay. */
function plural(label: string, count: number): string {
  if (count === 1 || !/^[a-z -]+$/i.test(label)) return label;
  if (/(us|ss|x|z|ch|sh)$/i.test(label)) return `${label}es`;
  if (/s$/i.test(label)) return label; // scissors, skis
  if (/[^aeiou]y$/i.test(label)) return `${label.slice(0, -1)}ies`;
  if (/ife$/i.test(label)) return `${label.slice(0, -2)}ves`;
  return `${label}s`;
}

function millisecondsOf({ ms }: OkRecord): number {
  const { decode, preprocess, inference, postprocess, artifacts = 0 } = ms;
  return Math.round(decode + preprocess + inference + postprocess + artifacts);
}
