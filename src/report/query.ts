import type { OkRow, PageRow, RowExtra } from './format.js';
import { FAILED, KIND } from './format.js';

/** The state of the page's controls. */
export interface Query {
  /** Words to search in file names, labels and recognised text; empty: all. */
  words: string;
  /** Position of a label, or -1 for all; a classified picture has the label of its best class. */
  label: number;
  status: 'all' | 'ok' | 'error';
  /** Range of the score. Pictures without a score match only the range 0 to 1. */
  lowest: number;
  highest: number;
  order: Order;
}

/** Tables that rows refer to by position. */
export interface Names {
  readonly folders: readonly string[];
  readonly labels: readonly string[];
}

export const ORDERS = {
  input: 'as in the records',
  best: 'highest score first',
  worst: 'lowest score first',
  slow: 'slowest first',
  fast: 'fastest first',
  done: 'in the order they were done',
  name: 'by name',
} as const;
export type Order = keyof typeof ORDERS;

/** Matches all rows, in the order of the records. */
export const EVERYTHING: Query = {
  words: '',
  label: -1,
  status: 'all',
  lowest: 0,
  highest: 1,
  order: 'input',
};

/** Whether a row is a predicted picture. */
export const isOk = (row: PageRow): row is OkRow => row[0] !== FAILED;

/** What only some rows have. */
export const rowExtra = (row: PageRow): RowExtra => (isOk(row) ? row[12] : row[7]) ?? {};

/** One score for a picture: the best item's, for ocr the mean of its lines; undefined if there is none. */
export function rowScore(row: PageRow): number | undefined {
  if (!isOk(row) || row[0] === KIND.segmentation) return undefined;
  const scores = row[9].filter((score) => score >= 0);
  if (scores.length === 0) return undefined;
  return row[0] === KIND.ocr
    ? scores.reduce((sum, score) => sum + score, 0) / scores.length
    : Math.max(...scores);
}

/** Milliseconds of all stages of a picture. */
export const rowTime = (row: PageRow): number | undefined =>
  isOk(row) ? row[7].reduce((sum, ms) => sum + ms, 0) : undefined;

/** Positions of the labels that a picture counts for; of its classes only the best. */
const rowLabels = (row: OkRow): readonly number[] =>
  row[0] === KIND.classification ? row[8].slice(0, 1) : row[8];

/** A word of the search, and the labels that contain it. */
interface Word {
  readonly text: string;
  readonly labels: ReadonlySet<number>;
}

function wordsOf(text: string, labels: readonly string[]): Word[] {
  const lower = labels.map((label) => label.toLowerCase());
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => ({
      text: word,
      labels: new Set([...lower.keys()].filter((at) => lower[at]!.includes(word))),
    }));
}

function matches(row: PageRow, query: Query, words: readonly Word[], folders: readonly string[]): boolean {
  if (query.status === 'error' ? isOk(row) : query.status === 'ok' && !isOk(row)) return false;
  if (query.label >= 0 && !(isOk(row) && rowLabels(row).includes(query.label))) return false;
  if (query.lowest > 0 || query.highest < 1) {
    const score = rowScore(row);
    if (score === undefined || score < query.lowest || score > query.highest) return false;
  }
  if (words.length === 0) return true;
  const text = `${folders[row[1]] ?? ''}${row[2]}\n${isOk(row) ? row[11].join('\n') : row[5]}`.toLowerCase();
  return words.every(
    (word) => text.includes(word.text) || (isOk(row) && rowLabels(row).some((at) => word.labels.has(at))),
  );
}

/** Stable sort by a number; rows without one come last. */
function byNumber(
  rows: readonly PageRow[],
  found: number[],
  value: (row: PageRow) => number | undefined,
  sign: 1 | -1,
) {
  const keys = new Map(found.map((at) => [at, value(rows[at]!)]));
  found.sort((a, b) => {
    const left = keys.get(a);
    const right = keys.get(b);
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    return sign * (left - right);
  });
}

/** Moves the pages of each document to its first page that is found, in the order of their numbers. */
function pagesTogether(rows: readonly PageRow[], found: readonly number[]): number[] {
  const documents = new Map<string, number[]>();
  const groups: number[][] = [];
  for (const at of found) {
    const row = rows[at]!;
    const key = rowExtra(row).page && `${row[1]} ${row[2]}`;
    const document = key === undefined ? undefined : documents.get(key);
    if (document) {
      document.push(at);
      continue;
    }
    const group = [at];
    groups.push(group);
    if (key !== undefined) documents.set(key, group);
  }
  const number = (at: number): number => rowExtra(rows[at]!).page?.[0] ?? 0;
  return groups.flatMap((group) => group.sort((a, b) => number(a) - number(b)));
}

/**
 * Positions of the rows that match a query, in its order.
 *
 * @param names the folders' shown names and the labels, as the rows refer to them
 */
export function select(rows: readonly PageRow[], query: Query, { folders, labels }: Names): number[] {
  const words = wordsOf(query.words, labels);
  const found: number[] = [];
  rows.forEach((row, at) => {
    if (matches(row, query, words, folders)) found.push(at);
  });
  switch (query.order) {
    case 'input':
      return pagesTogether(rows, found);
    case 'best':
      byNumber(rows, found, rowScore, -1);
      break;
    case 'worst':
      byNumber(rows, found, rowScore, 1);
      break;
    case 'slow':
      byNumber(rows, found, rowTime, -1);
      break;
    case 'fast':
      byNumber(rows, found, rowTime, 1);
      break;
    case 'done':
      byNumber(rows, found, (row) => (isOk(row) ? row[6] : undefined), 1);
      break;
    case 'name': {
      const names = new Map(found.map((at) => [at, `${folders[rows[at]![1]] ?? ''}${rows[at]![2]}`]));
      const collator = (a: number, b: number) => {
        const [left, right] = [names.get(a)!, names.get(b)!];
        return left === right ? 0 : left < right ? -1 : 1;
      };
      return pagesTogether(rows, found.sort(collator));
    }
  }
  return found;
}
