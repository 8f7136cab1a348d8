import { existsSync } from 'node:fs';
import type { ResultRecord, RunSummary } from '../contracts/results.js';
import { readRecords, ReportWriter, type ReportOptions } from '../report/index.js';

/** Thumbnails are made beside the workers: one process leaves them the processors. */
const THUMBNAIL_PROCESSES = 1;

/** The page of a run, made as its records come. */
export interface RunReport {
  /** Adds what the output held when the run went on behind it. */
  addEarlier(): Promise<void>;
  add(record: ResultRecord): Promise<void>;
  /** Completes the page and returns its file. */
  close(summary: RunSummary): Promise<string>;
  abandon(): Promise<void>;
}

/**
 * Begins the page of a run in `folder`.
 * @param output a jsonl output that the run goes on behind
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
