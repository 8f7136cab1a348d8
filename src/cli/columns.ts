import Table from 'cli-table3';

export const MEGABYTE = 1e6;
/** Spaces before a column, and the minimum width of a wrapped column. */
const GAP = 2;
const LEAST_WORDS = 20;

const BORDERS = ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((line) => [
  line,
  `${line}-mid`,
  `${line}-left`,
  `${line}-right`,
]);

/**
 * Rows as columns without borders, which would break on a narrow terminal.
 * @param width of the terminal; the last column is wrapped to it
 */
export function columns(rows: string[][], width = Infinity): string {
  const others = (rows[0] ?? []).slice(0, -1);
  const widths = others.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)) + GAP);
  const rest = width - widths.reduce((sum, one) => sum + one, 0);
  const table = new Table({
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
    style: { 'padding-left': GAP, 'padding-right': 0 },
    ...(rest < Infinity && { colWidths: [...widths, Math.max(LEAST_WORDS, rest)], wordWrap: true }),
  });
  table.push(...rows);
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

/** Bytes as megabytes. */
export function size(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
