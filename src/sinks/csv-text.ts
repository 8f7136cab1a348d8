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

/** Characters of a path that stand for themselves in a URL. */
const PLAIN = /[\w.~/-]/;
const ESCAPED_NAME = /^file:(?:[\w.~/-]|%[\dA-F]{2})*$/;

/**
 * A picture's name in a table. One that is not UTF-8 is written as a relative file URL, which keeps its bytes.
 * @param imageBytes its bytes as base64 where they are not UTF-8
 */
export function csvName(image: string, imageBytes: string | undefined): string {
  if (imageBytes === undefined) return image;
  const bytes = [...Buffer.from(imageBytes, 'base64')];
  return `file:${bytes.map(escapedByte).join('')}`;
}

function escapedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The name that `csvName` was given. */
export function readCsvName(text: string): { image: string; imageBytes?: string } {
  if (!ESCAPED_NAME.test(text)) return { image: text };
  const escaped = text.slice('file:'.length);
  const bytes = Buffer.from(
    escaped.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
  const image = bytes.toString();
  // A name that is UTF-8 is never escaped.
  return Buffer.from(image).equals(bytes) ? { image: text } : { image, imageBytes: bytes.toString('base64') };
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
