import type { ResultRecord, RunSummary } from '../contracts/results.js';
import { checkRecords, readRecords } from './read-records.js';
import type { ReportOptions } from './report-writer.js';
import { ReportWriter } from './report-writer.js';

export { ReportWriter } from './report-writer.js';
export type { ReportOptions } from './report-writer.js';
export { readRecords } from './read-records.js';

/**
 * Writes the page of a run: `index.html` and its thumbnails.
 *
 * @param records a JSON Lines file, or the records themselves
 * @param folder created if it does not exist
 * @param summary of the run, if there is one
 * @returns the page's file
 * @param options if `signal` is aborted before the page is complete, the page is discarded
 * @throws FdeployError RECORDS_INVALID, OUTPUT_EXISTS or OUTPUT_FAILED
 */
export async function writeReport(
  records: string | AsyncIterable<ResultRecord>,
  folder: string,
  summary: RunSummary | null,
  options: ReportOptions = {},
): Promise<string> {
  if (typeof records === 'string') checkRecords(records);
  const writer = await ReportWriter.open(folder, options);
  const { signal } = options;
  const discard = (): void => {
    writer.discard();
  };
  signal?.addEventListener('abort', discard, { once: true });
  try {
    for await (const record of typeof records === 'string' ? readRecords(records) : records)
      await writer.add(record);
    signal?.throwIfAborted();
    return await writer.close(summary);
  } catch (thrown) {
    await writer.abandon().catch(() => undefined);
    throw thrown;
  } finally {
    signal?.removeEventListener('abort', discard);
  }
}
