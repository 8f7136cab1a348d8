import { stringify } from 'csv-stringify/sync';
import { guardFormula } from '../files/spreadsheet-text.js';
import type { Cell } from './csv-columns.js';

/** csv-stringify quotes fields that contain the whole record delimiter; RFC 4180 requires it for either half. */
const LINE_END = /[\r\n]/;

/** Rows in the format of RFC 4180: commas, CRLF, quotes if needed. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  const guarded = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? guardFormula(cell) : cell)),
  );
  return stringify(guarded, { record_delimiter: '\r\n', quoted_match: LINE_END });
}
