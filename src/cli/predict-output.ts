import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FilledPredictOptions } from '../config/flags/predict-options.js';
import { computeOf } from '../contracts/compute.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import { FORMAT_TASKS, isResumable, type Format, type ResumableFormat } from '../contracts/results.js';
import type { Feed } from '../contracts/run.js';
import type { Notify } from '../contracts/spec.js';
import {
  readJournal,
  requireSameSettings,
  settingsOf,
  writeSettings,
  type Journal,
  type RunSettings,
} from '../resume/index.js';
import { findLists } from '../inspect/settings.js';
import { lockOutput, placeOf, type OutputLock } from '../outputs/index.js';
import { networkHashes, softwareVersions } from '../runtime/prepared-models.js';
import type { Answered } from '../run/job-feed.js';
import {
  isAscii,
  makeSink,
  openFileTarget,
  outputError,
  StdoutTarget,
  terminalSink,
  type Sink,
  type SinkHead,
} from '../sinks/index.js';

/** The output of a run, checked before the model is opened. */
export interface PreparedOutput {
  /** Keys of the sources that the output already has. */
  readonly done: Answered;
  /** How many of those failed. */
  readonly keptErrors: number;
  /**
   * Opens the output. Existing content is trimmed, cleared or rejected only now.
   * @throws FdeployError RESUME_MISMATCH, OUTPUT_EXISTS, OUTPUT_FAILED
   */
  open(handle: ModelHandle, options: FilledPredictOptions, feed: Feed, notify: Notify): Promise<Sink>;
  /** Releases the lock on the output. */
  release(): Promise<void>;
}

/**
 * Locks the output and checks it without changing it.
 * @throws FdeployError OUTPUT_EXISTS, OUTPUT_IN_USE, RESUME_IMPOSSIBLE, BAD_OPTION if it cannot be written
 */
export async function prepareOutput({
  file,
  format,
  existing,
  retryErrors,
  readableOnTerminal,
}: FilledPredictOptions['output']): Promise<PreparedOutput> {
  const nothing = { done: new Set<string>() as Answered, keptErrors: 0, release: () => Promise.resolve() };
  if (file === undefined) {
    if (readableOnTerminal && process.stdout.isTTY) {
      const sink = terminalSink(new StdoutTarget({ escapes: false }), process.stdout.hasColors());
      return { ...nothing, open: () => Promise.resolve(sink) };
    }
    const target = new StdoutTarget({ escapes: process.stdout.isTTY });
    return {
      ...nothing,
      open: (handle, options, feed) =>
        Promise.resolve(makeSink(format, target, newHead(handle, options, feed))),
    };
  }
  requireFolder(file);
  if (placeOf(file).kind === 'other') {
    if (existing === 'resume') throw noResume(file);
    return {
      ...nothing,
      open: async (handle, options, feed) =>
        makeSink(format, await openFileTarget(file, 'a'), newHead(handle, options, feed)),
    };
  }
  if (existing === 'refuse') refuseExisting(file);
  const lock = await lockOutput(file);
  try {
    if (existing === 'refuse') refuseExisting(file); // the run that held the lock may have created it
    const prepared =
      existing === 'resume' && isResumable(format) && existsSync(file)
        ? await resumedOutput(file, format, retryErrors, lock)
        : { ...nothing, ...newOutput(file, format, existing === 'overwrite', lock) };
    return { ...prepared, release: () => lock.release() };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type UnlockedOutput = Omit<PreparedOutput, 'release'>;

function newOutput(
  file: string,
  format: Format,
  overwrite: boolean,
  { lost }: OutputLock,
): Pick<UnlockedOutput, 'open'> {
  return {
    open: async (handle, options, feed) => {
      const keepSettings = async (): Promise<void> => {
        if (isResumable(format)) await writeSettings(file, await runSettings(handle, options, format));
      };
      if (!overwrite) await keepSettings();
      const target = await openFileTarget(file, overwrite ? 'w' : 'wx', lost);
      // Only now, so that new settings are never beside old records, even if the run is interrupted.
      if (overwrite) await keepSettings();
      return makeSink(format, target, newHead(handle, options, feed));
    },
  };
}

async function resumedOutput(
  file: string,
  format: ResumableFormat,
  retryErrors: boolean,
  { lost }: OutputLock,
): Promise<UnlockedOutput> {
  const journal = await readJournal(file, format, retryErrors);
  return {
    ...journal,
    open: async (handle, options, feed, notify) => {
      const strangers = onlyStrangers(file, journal, feed);
      if (strangers !== undefined) notify(strangers);
      const warning = await requireSameSettings(file, await runSettings(handle, options, format));
      if (warning !== undefined) notify(warning);
      if (journal.pageColumns === false && feed.hasPages) throw noPageColumns(file);
      await journal.clean();
      const target = await openFileTarget(file, 'a', lost);
      const resumed = statSync(file).size > 0;
      const head = newHead(handle, options, feed);
      return makeSink(format, target, {
        ...head,
        pageColumns: journal.pageColumns ?? head.pageColumns ?? false,
        resumed,
      });
    },
  };
}

/** A warning if the output has none of the first pictures: their paths may be written differently. */
function onlyStrangers(file: string, { example }: Journal, { skipped, first }: Feed): string | undefined {
  if (example === undefined || !first || skipped > 0) return undefined;
  return `none of the pictures is in '${file}' yet: a picture is known again by its path as it was given, there '${example}', now '${first.name}'`;
}

async function runSettings(
  handle: ModelHandle,
  { run: { spec, artifacts }, shard }: FilledPredictOptions,
  format: Format,
): Promise<RunSettings> {
  const { backend } = computeOf(Object.values(handle.runtimes));
  const networks = await networkHashes(handle.runtimes);
  return settingsOf(handle, networks, spec, format, artifacts.masks, softwareVersions(backend), shard);
}

function noPageColumns(file: string): FdeployError {
  const message = `--resume cannot continue '${file}': it has no columns for the pages of documents`;
  return new FdeployError('RESUME_MISMATCH', message, { file });
}

/**
 * A table has columns for pages if pages are asked for, or were found by the time that it begins. A .csv file begins with a byte
 * order mark if it may hold text that is not ASCII.
 */
function newHead(handle: ModelHandle, { pages, output }: FilledPredictOptions, feed: Feed): SinkHead {
  const labels = findLists(handle.config).find(({ name }) => name === 'labels')?.entries ?? [];
  const isTableFile = path.extname(output.file ?? '').toLowerCase() === '.csv';
  const byteOrderMark =
    isTableFile &&
    (handle.task === 'ocr' || [...labels, feed.first?.name ?? null].some((text) => !isAscii(text ?? '')));
  return {
    ...modelHead(handle),
    labels,
    pageColumns: pages !== undefined || feed.hasPages,
    byteOrderMark,
    resumed: false,
  };
}

function modelHead({ name, task, runtimes }: ModelHandle) {
  const files = Object.fromEntries(Object.entries(runtimes).map(([part, { source }]) => [part, source]));
  return { model: { name, task, files } };
}

function requireFolder(file: string): void {
  const folder = path.dirname(file);
  if (!existsSync(folder)) throw outputError(file, { code: 'ENOENT' });
  if (existsSync(file) && statSync(file).isDirectory()) throw outputError(file, { code: 'EISDIR' });
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw outputError(file, { code: 'EEXIST' });
}

function noResume(file: string): FdeployError {
  const message = `--resume cannot continue '${file}': it is not a regular file`;
  return new FdeployError('RESUME_IMPOSSIBLE', message, { file });
}

/**
 * Rejects a format that cannot hold the model's results.
 * @throws FdeployError BAD_OPTION
 */
export function checkFormat(format: Format, { name, task }: ModelHandle): void {
  const needed = FORMAT_TASKS[format];
  if (needed === undefined || needed === task) return;
  const message = `--format ${format} is for ${needed}; ${name} is a model for ${task}`;
  throw new FdeployError('BAD_OPTION', message, { file: '--format', expected: needed, found: task });
}
