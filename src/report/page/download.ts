import { csvFileName, reportCsv } from '../csv.js';
import type { Report } from './data.js';

/** Saves rows of the report as CSV, under the report's title. */
export function downloadCsv({ rows, tables }: Report, found: readonly number[]): void {
  const link = document.createElement('a');
  const csv = new Blob([reportCsv(rows, found, tables)], { type: 'text/csv;charset=utf-8' });
  link.href = URL.createObjectURL(csv);
  link.download = csvFileName(tables.title);
  link.click();
  // The browser may start to read it after the click.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}
