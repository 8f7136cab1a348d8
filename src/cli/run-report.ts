import { existsSync } from 'node:fs';
import type { ResultRecord, RunSummary } from '../contracts/results.js';
import { readRecords, ReportWriter, type ReportOptions } from '../report/index.js';

/** One process, since the workers need the CPUs. */
const THUMBNAIL_PROCESSES = 1;

/** The page of a run, written as its records arrive. */
export interface RunReport {
  /** Adds the records that a resumed output already had. */
  addEarlier(): Promise<void>;
  add(record: ResultRecord): Promise<void>;
  /** Completes the page and returns its file. */
  close(summary: RunSummary): Promise<string>;
  abandon(): Promise<void>;
}

/**
 * Starts the page of a run in `folder`.
 * @param output the jsonl output that the run resumes
 * @throws FdeployError OUTPUT_EXISTS if another page is there, OUTPUT_FAILED
 */
export async function beginReport(
  folder: string,
  output: string | undefined,
  options: Pick<ReportOptions, 'maxPixels' | 'signal' | 'notify'>,
): Promise<RunReport> {
  const earlier = output !== undefined && existsSync(output) ? output : undefined;
  const writer = await ReportWriter.open(folder, { ...options, processes: THUMBNAIL_PROCESSES });
  return {
    addEarlier: async () => {
      if (earlier === undefined) return;
      for await (const record of readRecords(earlier)) await writer.add(record);
    },
    add: (record) => writer.add(record),
    close: (summary) => writer.close(summary),
    abandon: () => writer.abandon(),
  };
}
