import { checkTaskOptions, fillPredictOptions } from '../config/flags/fill.js';
import type { FilledPredictOptions, PredictUserOptions } from '../config/flags/predict-options.js';
import { expandOwnConfig } from '../config/own-config.js';
import { readUserDefaults } from '../config/user-defaults.js';
import type { Feed, Run, RunOptions } from '../contracts/run.js';
import type { Notify } from '../contracts/spec.js';
import { expandDocuments, noPdf } from '../documents/index.js';
import { placed, type RunOutputs } from '../outputs/index.js';
import { fetchingDispatcher } from '../dispatch/fetching/index.js';
import { EarlyWorkers, localDispatcher } from '../dispatch/local/index.js';
import { JobFeed } from '../run/job-feed.js';
import { startRun } from '../run/start-run.js';
import { configureProcess } from '../runtime/index.js';
import type { Sink } from '../sinks/index.js';
import { listSources } from '../sources/list-sources.js';
import { RemoteFiles } from '../sources/remote/remote-files.js';
import { sourcesOfShard } from '../sources/shard.js';
import { checkQueueOptions, queueDispatch } from './queue-dispatch.js';
import { checkFormat, prepareOutput, type PreparedOutput } from './predict-output.js';
import { makeProgress } from './progress.js';
import type { RunReport } from './run-report.js';
import { leaveGoneTerminals, signalExitCode, watchSignals } from './signals.js';
import { PredictRun } from './predict-run.js';
import { checkOutputs, namedModels } from './run-paths.js';
import { openTexts, type TextFiles } from './run-texts.js';

/**
 * `fdeploy predict`: runs a model over many pictures.
 * @param named files, folders, patterns, or `-`
 * @param given the options of the command line
 * @returns the exit code
 * @throws FdeployError of kind `call`: nothing was predicted
 */
export async function predict(named: readonly string[], given: PredictUserOptions): Promise<number> {
  const defaults = await readUserDefaults();
  const merged = { ...defaults.options, ...given };
  const asked = fillPredictOptions(merged);
  const files = { hasList: asked.fromFile !== undefined, hasOthers: asked.texts !== undefined };
  const options = { ...asked, run: await placed(asked.run, named, files) };
  if (options.queue) checkQueueOptions(given, options);
  if (options.pull) {
    const { pullMissing } = await import('./models-by-name.js');
    await pullMissing(namedModels(await expandOwnConfig(options.run.spec)), options.quiet);
  }
  const read = [...new Set(Object.values(defaults.sources))];
  const outputs = await checkOutputs(options, read);
  configureProcess({ openvino: merged.openvino });
  const early = new EarlyWorkers(options.run.mode);
  try {
    if (!options.queue) early.start(1); // beside the listing, which says how many there may be
    return await predictEarly(named, given, read, outputs, options, early);
  } finally {
    early.end();
    leaveGoneTerminals();
  }
}

async function predictEarly(
  named: readonly string[],
  given: PredictUserOptions,
  defaults: readonly string[],
  outputs: RunOutputs,
  options: FilledPredictOptions,
  early: EarlyWorkers,
): Promise<number> {
  const voice = new Voice();
  if (defaults.length > 0) voice.say(`defaults from ${defaults.join(' and ')}`);
  const lists = new AbortController();
  const remote = new RemoteFiles();
  const files = listSources({
    arguments: named,
    addresses: remote,
    stdin: process.stdin,
    signal: lists.signal,
    notify: voice.say,
    takes: (picture, below) => outputs.takes(picture, below),
    noPdf: noPdf(),
    ...(options.fromFile !== undefined && { fromFile: options.fromFile }),
  });
  const listing = expandDocuments(sourcesOfShard(files, options.shard), {
    remote,
    pages: options.pages,
    partOfRun: options.shard !== undefined,
    signal: lists.signal,
    notify: voice.say,
  });
  const output = await prepareOutput(options.output);
  const texts = await openTexts(options, voice.say);
  try {
    const feed = await JobFeed.open(texts?.watch(listing) ?? listing, {
      done: output.done,
      onSkip: (source) => {
        texts?.skip(source);
      },
      onEnd: () => {
        outputs.leftOut().forEach(voice.say);
      },
      onLeft: () => {
        lists.abort();
      },
    });
    return await predictListed(feed, remote, output, texts, given, options, early, voice);
  } finally {
    remote.close();
    await output.release();
  }
}

/** Collects messages until they can be printed. */
class Voice {
  readonly #kept: string[] = [];
  #speak: Notify | undefined;

  readonly say: Notify = (sentence) => {
    if (this.#speak) this.#speak(sentence);
    else this.#kept.push(sentence);
  };

  /** Passes the collected messages, then all others, to `speak`. */
  begin(speak: Notify): void {
    this.#speak = speak;
    this.#kept.splice(0).forEach(speak);
  }
}

async function predictListed(
  feed: Feed,
  remote: RemoteFiles,
  output: PreparedOutput,
  texts: TextFiles | undefined,
  given: PredictUserOptions,
  options: FilledPredictOptions,
  early: EarlyWorkers,
  voice: Voice,
): Promise<number> {
  const { workers } = options.run;
  const recordsOnTerminal = options.output.file === undefined && process.stdout.isTTY;
  if (!options.queue) early.start(feed.ended ? Math.min(workers, feed.ready) : workers);
  let run: Run | undefined;
  const expected = {
    count: () => feed.listed - feed.skipped,
    isFinal: () => feed.ended,
    machines: () => run?.fleet?.present,
  };
  const progress = await makeProgress(options.progress, expected, recordsOnTerminal);
  const say = (sentence: string): void => {
    if (!options.quiet) progress.say(sentence);
  };
  const watch = watchSignals(
    () => {
      say('interrupted: finishing the pictures in progress; interrupt again to stop at once');
    },
    () => {
      progress.stop();
    },
  );
  try {
    voice.begin(say);
    const { signal } = watch;
    const dispatch = options.queue
      ? await queueDispatch(options.queue, options.run.spec)
      : fetchingDispatcher(localDispatcher(early), remote);
    run = await startedUnlessInterrupted({ ...options.run, feed, dispatch, signal, notify: say });
    if (!run) {
      say('interrupted while the model was being prepared: nothing was predicted');
      return signalExitCode(watch.caught ?? 'SIGINT');
    }
    checkTaskOptions(given, run.handle.task);
    checkFormat(options.output.format, run.handle);
    const report = await openReport(options, signal, say);
    let sink: Sink;
    try {
      sink = await output.open(run.handle, options, feed, say);
    } catch (error) {
      await report?.abandon();
      throw error;
    }
    return await new PredictRun(run, sink, report, output, texts, options, progress, watch).finish();
  } finally {
    progress.stop();
    watch.stop();
  }
}

/** The run; undefined if its signal has ended the preparation of a model. */
async function startedUnlessInterrupted(
  options: RunOptions & { signal: AbortSignal },
): Promise<Run | undefined> {
  try {
    return await startRun(options);
  } catch (error) {
    if (options.signal.aborted && error === options.signal.reason) return undefined;
    throw error;
  }
}

async function openReport(
  { report, output, run }: FilledPredictOptions,
  signal: AbortSignal,
  notify: Notify,
): Promise<RunReport | undefined> {
  if (report === undefined) return undefined;
  const { beginReport } = await import('./run-report.js');
  const { file, format, existing } = output;
  const maxPixels = run.spec.decode?.maxPixels;
  return await beginReport(report, existing === 'resume' && format === 'jsonl' ? file : undefined, {
    signal,
    notify,
    ...(maxPixels !== undefined && { maxPixels }),
  });
}
