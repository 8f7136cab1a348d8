import type { ResultRecord, RunSummary, Task } from '../contracts/results.js';

/** Takes a run's records, in one format, to one place. */
export interface Sink {
  /**
   * Resolves when there is room for the next record, so that a slow reader slows the run.
   * @throws FdeployError OUTPUT_FAILED, or ReaderGone
   */
  write(record: ResultRecord): Promise<void>;
  /** Writes what is held back, completes the output, and makes it last. `summary` is left out when a run broke off. */
  end(summary?: RunSummary): Promise<void>;
}

/** What stands before the first record. */
export interface SinkHead {
  readonly model: {
    readonly name: string;
    readonly task: Task;
    /** The networks' files by their part in the model. */
    readonly files: Readonly<Record<string, string>>;
  };
  /** The output already holds a head and records, behind which to go on. */
  readonly resumed: boolean;
}

/** The output's reader went away (`| head`): the run ends, and there is nothing to say. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}
