import type { OkRecord, ResultRecord } from '../contracts/results.js';

/** How a person names a record's picture: `scan.pdf, page 3 of 12`. */
export function recordTitle({ image, page, pages }: ResultRecord): string {
  return page === undefined ? image : `${image}, page ${page} of ${pages ?? page}`;
}

/** What was found, or why the picture failed, in words. */
export function foundText(record: ResultRecord): string {
  if (record.status === 'error') return `${record.error.code}: ${record.error.message}`;
  return record.task === 'ocr' ? ocrText(record) : itemsText(record);
}

function ocrText({ result: { text, lines } }: OkRecord<'ocr'>): string {
  if (lines.length === 0) return '(no text)';
  return text ?? `(lines: ${lines.length}, not read)`;
}

function itemsText(record: OkRecord<'classification' | 'detection' | 'segmentation'>): string {
  switch (record.task) {
    case 'classification':
      return record.result.classes.map((found) => `${className(found)} ${found.score.toFixed(2)}`).join(', ');
    case 'detection': {
      const counts = [...countsOf(record.result.objects)];
      return counts.map(([label, count]) => `${count} ${label}`).join(', ') || 'no objects';
    }
    case 'segmentation':
      return record.result.segments
        .map((found) => `${className(found)} ${(found.share * 100).toFixed(1)} %`)
        .join(', ');
  }
}

/** How many there are of each label, in order of first appearance. */
export function countsOf(items: readonly { id: number; label: string | null }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(className(item), (counts.get(className(item)) ?? 0) + 1);
  return counts;
}

const className = ({ id, label }: { id: number; label: string | null }): string => label ?? `#${id}`;
