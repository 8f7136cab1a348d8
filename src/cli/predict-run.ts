import type { FilledPredictOptions } from '../config/flags/predict-options.js';
import { FdeployError } from '../contracts/errors.js';
import type { Run } from '../contracts/run.js';
import { ReaderGone, type Sink } from '../sinks/index.js';
import { errorLine, messageLine } from './messages.js';
import type { Progress } from './pace.js';
import type { PreparedOutput } from './predict-output.js';
import type { RunReport } from './run-report.js';
import { endTexts, type TextFiles } from './run-texts.js';
import { signalExitCode, type SignalWatch } from './signals.js';
import { writeSummaryFile } from './summary-file.js';
import { summaryText } from './summary-text.js';

/** Completes a run whose model and output are open. */
export class PredictRun {
  readonly #failures = new Map<string, number>();
  #done = 0;
  #failed = 0;

  constructor(
    readonly run: Run,
    readonly sink: Sink,
    readonly report: RunReport | undefined,
    readonly output: PreparedOutput,
    readonly texts: TextFiles | undefined,
    readonly options: FilledPredictOptions,
    readonly progress: Progress,
    readonly watch: SignalWatch,
  ) {}

  /** Writes all records, completes the output, prints the summary, and returns the exit code. */
  async finish(): Promise<number> {
    const failure = await failureOf(() => this.#writeRecords());
    const ending = await failureOf(() => this.sink.end(this.run.summary()));
    const text = await failureOf(() => this.#endTexts());
    const page = await failureOf(() => this.#endReport());
    const broken = failure ?? ending ?? text ?? page;
    this.progress.stop();
    const { caught } = this.watch;
    if (broken instanceof ReaderGone) return caught === undefined ? 0 : signalExitCode(caught);
    if (broken && !endsRun(broken)) throw broken;
    this.#tellSummary();
    const unwritten = await failureOf(() => this.#writeSummary());
    if (unwritten && !endsRun(unwritten)) throw unwritten;
    for (const error of [broken, unwritten]) if (error) process.stderr.write(errorLine(error.message));
    if (broken ?? unwritten) return 3;
    if (caught !== undefined) return signalExitCode(caught);
    return this.#failed + this.output.keptErrors + (this.texts?.failed ?? 0) > 0 ? 1 : 0;
  }

  async #writeRecords(): Promise<void> {
    await this.report?.addEarlier();
    for await (const record of this.run.records) {
      this.#done++;
      if (record.status === 'error') {
        this.#failed++;
        const { code } = record.error;
        this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1);
      }
      await this.texts?.add(record);
      await this.sink.write(record);
      await this.report?.add(record);
      this.progress.update(this.#done, this.#failed);
    }
  }

  async #endTexts(): Promise<void> {
    if (this.texts) await endTexts(this.texts, this.options.output);
  }

  async #endReport(): Promise<void> {
    const page = await this.report?.close(this.run.summary());
    if (page !== undefined && !this.options.quiet) this.progress.say(`wrote ${page}`);
  }

  async #writeSummary(): Promise<void> {
    const { summary } = this.options;
    if (summary !== undefined) await writeSummaryFile(summary, this.run.summary());
  }

  #tellSummary(): void {
    const summary = this.run.summary();
    const { quiet } = this.options;
    if (!quiet) process.stderr.write(messageLine(summaryText(summary, this.#failures)));
    if (this.output.keptErrors > 0 && !quiet) {
      process.stderr.write(
        messageLine(`${this.output.keptErrors} of the skipped pictures failed in an earlier run`),
      );
    }
  }
}

/** Whether the run was aborted without a mistake of the user or a bug. Its summary is printed too. */
function endsRun(error: Error): boolean {
  return error instanceof FdeployError && error.kind === 'run';
}

async function failureOf(step: () => Promise<void>): Promise<Error | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
}
