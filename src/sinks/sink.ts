import type { ResultRecord, RunSummary, Task } from '../contracts/results.js';

/** Writes a run's records in one format to one destination. */
export interface Sink {
  /**
   * Resolves when there is room for the next record, so a slow reader slows the run down.
   * @throws FdeployError OUTPUT_FAILED, or ReaderGone
   */
  write(record: ResultRecord): Promise<void>;
  /** Writes what is buffered, completes the output, and syncs it to disk. `summary` is omitted if the run was aborted. */
  end(summary?: RunSummary): Promise<void>;
}

/** Content before the first record. */
export interface SinkHead {
  readonly model: {
    readonly name: string;
    readonly task: Task;
    /** The networks' files by part of the model. */
    readonly files: Readonly<Record<string, string>>;
  };
  /** csv: the table has columns for pages of documents. Default: false. */
  readonly pageColumns?: boolean;
  /** csv: begin with a byte order mark, by which Excel knows that the text is UTF-8. Default: false. */
  readonly byteOrderMark?: boolean;
  /** The model's labels by class id; null for an id without one. Default: none. */
  readonly labels?: readonly (string | null)[];
  /** The output already has a head and records, and is continued. */
  readonly resumed: boolean;
}

/** The output's reader closed it (`| head`): the run ends without a message. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}
