import type { PageRow, PageTables } from '../format.js';

export interface Report {
  tables: PageTables;
  rows: PageRow[];
}

/** Lets the browser draw and answer between two pieces of work. */
const breathe = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

/** Milliseconds between two times that the page is drawn anew while it is read. */
const PAUSE = 250;

/**
 * Reads the records that stand in the page, a part at a time, so that the page answers meanwhile.
 * @param onPart called with what is read so far: soon, now and then, and at the end
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
