import type { PageRow, PageTables } from '../format.js';

export interface Report {
  tables: PageTables;
  rows: PageRow[];
}

/** Lets the browser render and handle events between two pieces of work. */
const breathe = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

/** Milliseconds between two renderings while the page is read. */
const PAUSE = 250;

/**
 * Reads the records in the page in parts, so that the page stays responsive.
 * @param onPart called with the records read so far: early, periodically and at the end
 */
export async function readReport(onPart: (report: Report) => void): Promise<void> {
  const tables = JSON.parse(document.getElementById('tables')!.textContent) as PageTables;
  const rows: PageRow[] = [];
  let next = 0;
  for (const element of document.querySelectorAll('script.rows')) {
    for (const row of JSON.parse(element.textContent) as PageRow[]) rows.push(row);
    element.remove();
    if (performance.now() >= next) {
      onPart({ tables, rows });
      next = performance.now() + PAUSE;
    }
    await breathe();
  }
  onPart({ tables, rows });
}
