import { stringify } from 'csv-stringify/sync';
import type { Cell } from './csv-columns.js';

/** Text that a spreadsheet would evaluate as a formula. It may start with apostrophes, so that the guard can be removed again. */
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Adds an apostrophe to text that a spreadsheet would evaluate. */
export function guardFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `guardFormula` was given. */
export function unguardFormula(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

/** csv-stringify quotes fields that contain the whole record delimiter; RFC 4180 requires it for either half. */
const LINE_END = /[\r\n]/;

/** Rows in the format of RFC 4180: commas, CRLF, quotes if needed. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  const guarded = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? guardFormula(cell) : cell)),
  );
  return stringify(guarded, { record_delimiter: '\r\n', quoted_match: LINE_END });
}
