import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FilledPredictOptions, FilledRunOptions } from '../config/flags/predict-options.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import { isResumable, type Format, type ResumableFormat } from '../contracts/results.js';
import { countDone, type ImageEntry } from '../contracts/run.js';
import type { Notify } from '../contracts/spec.js';
import {
  readJournal,
  requireSameSettings,
  settingsOf,
  writeSettings,
  type Journal,
  type RunSettings,
} from '../resume/index.js';
import { cacheRoot, contentHash, softwareVersions } from '../runtime/prepared-models.js';
import { makeSink, openFileTarget, outputError, StdoutTarget, type Sink } from '../sinks/index.js';

/** Where a run's records go, found out before the model is opened. */
export interface PreparedOutput {
  /** `imageKey`s of pictures that are answered already. */
  readonly done: ReadonlySet<string>;
  /** How many of those failed. */
  readonly keptErrors: number;
  /**
   * Opens the output for the model's records; what was there before is cut, emptied or refused only now.
   * @throws FdeployError RESUME_MISMATCH, OUTPUT_EXISTS, OUTPUT_FAILED
   */
  open(handle: ModelHandle, options: FilledPredictOptions, notify: Notify): Promise<Sink>;
}

/**
 * Looks at the output that the call names, without changing it.
 * @throws FdeployError OUTPUT_EXISTS, RESUME_IMPOSSIBLE, BAD_OPTION where it cannot be written
 */
export async function prepareOutput(
  { file, format, existing, retryErrors }: FilledPredictOptions['output'],
  images: readonly ImageEntry[],
): Promise<PreparedOutput> {
  const nothing = { done: new Set<string>(), keptErrors: 0 };
  if (file === undefined) {
    const target = new StdoutTarget(process.stdout.isTTY);
    return {
      ...nothing,
      open: (handle) => Promise.resolve(makeSink(format, target, { ...modelHead(handle), resumed: false })),
    };
  }
  requireFolder(file);
  refuseInput(file, images);
  const isThere = existsSync(file);
  if (isThere && existing === 'resume' && isResumable(format)) {
    const journal = await readJournal(file, format, retryErrors);
    const strangers = onlyStrangers(file, journal, images);
    return {
      ...journal,
      open: (handle, options, notify) => {
        if (strangers !== undefined) notify(strangers);
        return goOn(file, format, journal, handle, options, notify);
      },
    };
  }
  if (isThere && existing === 'refuse' && statSync(file).isFile()) {
    throw outputError(file, { code: 'EEXIST' });
  }
  const flags = existing === 'overwrite' ? 'w' : 'wx';
  return {
    ...nothing,
    open: async (handle, { run }) => {
      if (isResumable(format) && !isDevice(file)) {
        await writeSettings(file, await runSettings(handle, run, format));
      }
      const target = await openFileTarget(file, flags);
      return makeSink(format, target, { ...modelHead(handle), resumed: false });
    },
  };
}

/** A sentence where the output knows none of the run's pictures: their paths may have been given in another way. */
function onlyStrangers(file: string, { done }: Journal, images: readonly ImageEntry[]): string | undefined {
  const [known] = done;
  const [first] = images;
  if (known === undefined || !first || countDone(images, done) > 0) return undefined;
  return `none of the pictures is in '${file}' yet: a picture is known again by its path as it was given, there '${known}', now '${first.image}'`;
}

async function goOn(
  file: string,
  format: ResumableFormat,
  journal: Journal,
  handle: ModelHandle,
  { run }: FilledPredictOptions,
  notify: Notify,
): Promise<Sink> {
  const warning = await requireSameSettings(file, await runSettings(handle, run, format));
  if (warning !== undefined) notify(warning);
  await journal.clean();
  const target = await openFileTarget(file, 'a');
  const resumed = statSync(file).size > 0;
  return makeSink(format, target, { ...modelHead(handle), resumed });
}

async function runSettings(
  handle: ModelHandle,
  { spec, artifacts }: FilledRunOptions,
  format: Format,
): Promise<RunSettings> {
  const networks: Record<string, string> = {};
  for (const [part, { original }] of Object.entries(handle.runtimes)) {
    networks[part] = await contentHash(original, cacheRoot());
  }
  return settingsOf(handle, networks, spec, format, artifacts.masks, softwareVersions());
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

function isDevice(file: string): boolean {
  return existsSync(file) && !statSync(file).isFile();
}

/** A picture given for an output would be lost. */
function refuseInput(file: string, images: readonly ImageEntry[]): void {
  const output = path.resolve(file);
  const name = path.basename(file);
  if (!images.some(({ image }) => image.endsWith(name) && path.resolve(image) === output)) return;
  throw new FdeployError('BAD_OPTION', `the output '${file}' is one of the pictures to predict`, { file });
}
