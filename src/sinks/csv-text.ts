import { stringify } from 'csv-stringify/sync';
import type { Cell } from './csv-columns.js';

/** What a spreadsheet would run as a formula; a guarded text's own apostrophes count, so that the guard can be undone. */
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Text with an apostrophe before it where a spreadsheet would run it. */
export function guardFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `guardFormula` was given. */
export function unguardFormula(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

/** csv-stringify quotes a field with the whole record delimiter in it; RFC 4180 wants it for either half. */
const LINE_END = /[\r\n]/;

/** Rows as RFC 4180 has them: commas, CRLF, quotes where they are needed. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  const guarded = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? guardFormula(cell) : cell)),
  );
  return stringify(guarded, { record_delimiter: '\r\n', quoted_match: LINE_END });
}
