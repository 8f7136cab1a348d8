/** By this at the start of a file, Excel knows that its text is UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** Whether a spreadsheet reads the text in any encoding. */
export function isAscii(text: string): boolean {
  return /^[\x00-\x7F]*$/.test(text); // eslint-disable-line no-control-regex -- ASCII is what it asks about
}

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
