import type { OkRecord, ResultRecord } from '../contracts/results.js';
import { LineWriter } from './line-writer.js';
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
      const name = terminalLine(record.image);
      const found = foundText(record);
      return lines.write(block ? `${name}\n${found}\n\n` : `${name}  ${found}\n`, 1);
    },
    end: () => lines.end(),
  };
}

function foundText(record: ResultRecord): string {
  if (record.status === 'error') return terminalLine(`${record.error.code}: ${record.error.message}`);
  return record.task === 'ocr' ? ocrText(record) : terminalLine(itemsText(record));
}

function ocrText({ result: { text, lines } }: OkRecord<'ocr'>): string {
  if (lines.length === 0) return '(no text)';
  return text ?? `(lines: ${lines.length}, not read)`;
}

function itemsText(record: OkRecord<'classification' | 'detection' | 'segmentation'>): string {
  switch (record.task) {
    case 'classification':
      return record.result.classes.map((found) => `${className(found)} ${found.score.toFixed(2)}`).join(', ');
    case 'detection':
      return countsText(record.result.objects.map(className));
    case 'segmentation':
      return record.result.segments
        .map((found) => `${className(found)} ${(found.share * 100).toFixed(1)} %`)
        .join(', ');
  }
}

/** `2 person, 1 bus`: labels in order of first appearance. */
function countsText(labels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([label, count]) => `${count} ${label}`).join(', ') || 'no objects';
}

const className = ({ id, label }: { id: number; label: string | null }): string => label ?? `#${id}`;
