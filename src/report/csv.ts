import { TASKS } from '../contracts/results.js';
import { BYTE_ORDER_MARK, guardFormula, isAscii } from '../files/spreadsheet-text.js';
import type { OkRow, PageRow, PageTables } from './format.js';
import { KIND } from './format.js';
import { isOk, rowExtra } from './query.js';

type Cell = string | number | null;

const COLUMNS = [
  'image',
  'page',
  'pages',
  'status',
  'errorCode',
  'errorMessage',
  'task',
  'width',
  'height',
  'item',
  'items',
  'id',
  'label',
  'text',
  'score',
  'share',
] as const;
type Column = (typeof COLUMNS)[number];
type Cells = Partial<Record<Column, Cell>>;

/** The tables that the cells refer to. */
type CsvTables = Pick<PageTables, 'folders' | 'labels' | 'codes'>;

function itemCells(row: OkRow, { labels }: CsvTables): Cells[] {
  const [kind, , , , , , , , labelAt, scores, , texts] = row;
  return scores.map((score, at) => {
    if (kind === KIND.ocr) return { text: texts[at] ?? '', score: score < 0 ? null : score };
    const { id, label } = labels[labelAt[at]!]!;
    return { id, label, [kind === KIND.segmentation ? 'share' : 'score']: score };
  });
}

/** One row for each item; one for a picture without any or with an error. */
function rowCells(row: PageRow, tables: CsvTables): Cells[] {
  const [page = null, pages = null] = rowExtra(row).page ?? [];
  const front: Cells = { image: `${tables.folders[row[1]]![0]}${row[2]}`, page, pages };
  if (!isOk(row))
    return [{ ...front, status: 'error', errorCode: tables.codes[row[4]]!.code, errorMessage: row[5] }];
  const items = itemCells(row, tables);
  const ok: Cells = {
    ...front,
    status: 'ok',
    task: TASKS[row[0]],
    width: row[4],
    height: row[5],
    items: items.length,
  };
  return items.length === 0 ? [ok] : items.map((item, at) => ({ ...ok, item: at + 1, ...item }));
}

function field(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = guardFormula(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (cells: readonly Cell[]): string => `${cells.map(field).join()}\r\n`;

/**
 * Rows of the page as CSV (RFC 4180) without empty columns; with a byte order mark if it is not ASCII, for spreadsheets.
 *
 * @param found positions of the rows
 */
export function reportCsv(rows: readonly PageRow[], found: readonly number[], tables: CsvTables): string {
  const all = found.flatMap((at) => rowCells(rows[at]!, tables));
  const columns = COLUMNS.filter((name) => all.some((cells) => (cells[name] ?? null) !== null));
  const text = [columns, ...all.map((cells) => columns.map((name) => cells[name] ?? null))]
    .map(line)
    .join('');
  return isAscii(text) ? text : BYTE_ORDER_MARK + text;
}

/** A file name for the rows of a report, from its title. */
export const csvFileName = (title: string): string =>
  `${title.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|-+$/g, '') || 'report'}.csv`;
