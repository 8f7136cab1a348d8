import { TASKS } from '../../contracts/results.js';
import type { ErrorRow, OkRow, PageRow, PageTables } from '../format.js';
import { KIND, unpackPoints } from '../format.js';
import { isOk, rowExtra } from '../query.js';
import { classColour, hex, isBackground } from '../../ops/palette.js';

/** One class, object, segment or line on the page. */
export interface Item {
  colour: string;
  name: string;
  /** undefined: a line without a score. */
  score: number | undefined;
  points: [number, number][];
  /** Listed, but not painted over the picture. */
  hollow: boolean;
}

export const taskOf = (row: OkRow) => TASKS[row[0]];

export const labelName = (tables: PageTables, at: number): string => {
  const { id, label } = tables.labels[at]!;
  return label ?? `#${id}`;
};

export function itemsOf(row: OkRow, tables: PageTables): Item[] {
  const [kind, , , , , , , , labels, scores, shapes, texts] = row;
  const length = kind === KIND.detection ? 8 : 16;
  return scores.map((score, at) => {
    const shape = shapes.slice(at * length, (at + 1) * length).trim();
    const corners = unpackPoints(shape);
    const [a, b] = corners;
    const points: [number, number][] =
      kind === KIND.detection && a && b ? [a, [b[0], a[1]], b, [a[0], b[1]]] : corners;
    const label = kind === KIND.ocr ? undefined : tables.labels[labels[at]!]!;
    const id = label?.id ?? at;
    return {
      colour: hex(classColour(id)),
      name: kind === KIND.ocr ? (texts[at] ?? '') : labelName(tables, labels[at]!),
      score: score < 0 ? undefined : score,
      points,
      hollow: kind === KIND.segmentation && label !== undefined && isBackground(id, label.label),
    };
  });
}

/** The folder and name of a row's picture in the records. */
export const pathOf = (row: PageRow, tables: PageTables): string => `${tables.folders[row[1]]![0]}${row[2]}`;

/** `page 3 of 12` for a document's page; empty for a picture. */
export function pageOf(row: PageRow): string {
  const { page } = rowExtra(row);
  return page ? `page ${page[0]} of ${page[1]}` : '';
}

/** The path, and which page it is of a document. */
export const nameOf = (row: PageRow, tables: PageTables): string =>
  [pathOf(row, tables), pageOf(row)].filter((part) => part !== '').join(', ');

/** The recognised text of a whole picture: pieces of one row joined by spaces, rows by newlines. */
export function textOf(row: OkRow): string {
  const joined = new Set(rowExtra(row).joined);
  return row[11].map((text, at) => (at === 0 ? '' : joined.has(at) ? ' ' : '\n') + text).join('');
}

/** The address of the picture from the page; of a document's page, as PDF viewers understand it. */
export function addressOf(row: PageRow, tables: PageTables): string {
  const { page } = rowExtra(row);
  return `${tables.folders[row[1]]![1]}${encodeURIComponent(row[2])}${page ? `#page=${page[0]}` : ''}`;
}

export const errorCode = (row: ErrorRow, tables: PageTables): string => tables.codes[row[4]]!.code;

/** The line under a thumbnail: the result in short. */
export function captionOf(row: PageRow, tables: PageTables): string {
  if (!isOk(row)) return errorCode(row, tables);
  const [kind, , , , , , , , labels, scores, , texts] = row;
  switch (kind) {
    case KIND.classification:
      return labels.length === 0 ? 'no class' : `${labelName(tables, labels[0]!)} ${scores[0]!.toFixed(3)}`;
    case KIND.detection: {
      const counts = new Map<number, number>();
      for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
      const names = [...counts].map(([label, n]) => (n > 1 ? `${n} × ` : '') + labelName(tables, label));
      return names.length === 0 ? 'no object' : names.join(', ');
    }
    case KIND.segmentation:
      return itemsOf(row, tables)
        .sort((a, b) => Number(a.hollow) - Number(b.hollow))
        .map((item) => `${item.name} ${Math.round((item.score ?? 0) * 100)} %`)
        .join(', ');
    case KIND.ocr:
      return texts.length === 0 ? 'no text' : texts.join(' · ');
  }
}

export const milliseconds = (value: number): string =>
  value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** `1 picture`, `1,200 pictures`. */
export const pictures = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'picture' : 'pictures'}`;
