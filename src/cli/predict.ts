import { writeFile } from 'node:fs/promises';
import { checkTaskOptions, fillPredictOptions } from '../config/flags/fill.js';
import type { FilledPredictOptions, PredictUserOptions } from '../config/flags/predict-options.js';
import { readUserDefaults, type UserDefaults } from '../config/user-defaults.js';
import { FdeployError } from '../contracts/errors.js';
import { countDone, type Run } from '../contracts/run.js';
import { listImages } from '../images/list.js';
import type { EarlyWorkers } from '../pool/early-workers.js';
import { earlyWorkers, startRun } from '../run.js';
import { ReaderGone, type Sink } from '../sinks/index.js';
import { errorLine, messageLine } from './messages.js';
import type { Progress } from './pace.js';
import { prepareOutput, type PreparedOutput } from './predict-output.js';
import { makeProgress } from './progress.js';
import type { RunReport } from './run-report.js';
import { signalExitCode, watchSignals, type SignalWatch } from './signals.js';
import { summaryText } from './summary-text.js';

/**
 * `fdeploy predict`: runs a model over many pictures.
 * @param named files, folders, patterns, or `-`
 * @param given the options of the command line
 * @returns the exit code
 * @throws FdeployError of kind `call`: nothing was predicted
 */
export async function predict(named: readonly string[], given: PredictUserOptions): Promise<number> {
  const defaults = await readUserDefaults();
  const options = fillPredictOptions({ ...defaults.options, ...given });
  const early = earlyWorkers(options.run.mode);
  try {
    early.start(1); // beside the listing of the pictures, which says how many there may be
    return await predictEarly(named, given, defaults, options, early);
  } finally {
    early.end();
  }
}

async function predictEarly(
  named: readonly string[],
  given: PredictUserOptions,
  defaults: UserDefaults,
  options: FilledPredictOptions,
  early: EarlyWorkers,
): Promise<number> {
  const images = await listImages({
    arguments: named,
    stdin: process.stdin,
    ...(options.fromFile !== undefined && { fromFile: options.fromFile }),
  });
  const output = await prepareOutput(options.output, images);
  const total = images.length - countDone(images, output.done);
  const recordsOnTerminal = options.output.file === undefined && process.stdout.isTTY;
  early.start(Math.min(options.run.workers, total));
  const progress = await makeProgress(options.progress, total, recordsOnTerminal);
  const say = (sentence: string): void => {
    if (!options.quiet) progress.say(sentence);
  };
  const watch = watchSignals(
    () => {
      say('interrupted: the pictures in hand are finished; interrupt again to end at once');
    },
    () => {
      progress.stop();
    },
  );
  try {
    const files = [...new Set(Object.values(defaults.sources))];
    if (files.length > 0) say(`defaults from ${files.join(' and ')}`);
    const { signal } = watch;
    const settings = { ...options.run, images, skip: output.done, signal, notify: say };
    const run = await startRun(settings, early);
    checkTaskOptions(given, run.handle.task);
    const report = await openReport(options);
    let sink: Sink;
    try {
      sink = await output.open(run.handle, options);
    } catch (error) {
      await report?.abandon();
      throw error;
    }
    return await new PredictRun(run, sink, report, output, options, progress, watch).finish();
  } finally {
    progress.stop();
    watch.stop();
  }
}

/** A run whose model and output are open, to its end. */
class PredictRun {
  readonly #failures = new Map<string, number>();
  #done = 0;
  #failed = 0;

  constructor(
    readonly run: Run,
    readonly sink: Sink,
    readonly report: RunReport | undefined,
    readonly output: PreparedOutput,
    readonly options: FilledPredictOptions,
    readonly progress: Progress,
    readonly watch: SignalWatch,
  ) {}

  /** Writes every record, completes the output, says what became of the run, and returns the exit code. */
  async finish(): Promise<number> {
    const failure = await failureOf(() => this.#writeRecords());
    const ending = await failureOf(() => this.sink.end(this.run.summary()));
    const page = await failureOf(() => this.#endReport());
    const broken = failure ?? ending ?? page;
    this.progress.stop();
    if (broken instanceof ReaderGone) return 0;
    if (broken && !(broken instanceof FdeployError && broken.kind === 'run')) throw broken;
    await this.#tellSummary();
    if (broken) {
      process.stderr.write(errorLine(broken.message));
      return 3;
    }
    if (this.watch.caught !== undefined) return signalExitCode(this.watch.caught);
    return this.#failed + this.output.keptErrors > 0 ? 1 : 0;
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
      await this.sink.write(record);
      await this.report?.add(record);
      this.progress.update(this.#done, this.#failed);
    }
  }

  async #endReport(): Promise<void> {
    const page = await this.report?.close(this.run.summary());
    if (page !== undefined && !this.options.quiet) this.progress.say(`wrote ${page}`);
  }

  async #tellSummary(): Promise<void> {
    const summary = this.run.summary();
    const { quiet, summary: file } = this.options;
    if (!quiet) process.stderr.write(messageLine(summaryText(summary, this.#failures)));
    if (this.output.keptErrors > 0 && !quiet) {
      process.stderr.write(
        messageLine(`${this.output.keptErrors} of the skipped pictures had failed before`),
      );
    }
    if (file !== undefined) await writeFile(file, `${JSON.stringify(summary, undefined, 2)}\n`);
  }
}

async function openReport({ report, output }: FilledPredictOptions): Promise<RunReport | undefined> {
  if (report === undefined) return undefined;
  const { beginReport } = await import('./run-report.js');
  const { file, format, existing } = output;
  return await beginReport(report, existing === 'resume' && format === 'jsonl' ? file : undefined);
}

async function failureOf(step: () => Promise<void>): Promise<Error | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
}
