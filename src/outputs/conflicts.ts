import path from 'node:path';
import { isPirFile } from '../config/network-files.js';
import { FdeployError } from '../contracts/errors.js';
import { isOwnOutput, isRunSettings, contentToKeep } from './contents.js';
import { isBelow, isSame, placeOf, type Place } from './place.js';

/** An output file of a run. */
export interface OutputFile {
  /** Its description in messages. */
  what: string;
  place: Place;
  /** Whether the run replaces an existing file. */
  replaces: boolean;
}

/** An output folder of a run. */
export interface OutputFolder {
  what: string;
  place: Place;
  /** Its files have an ending of their own, so other such folders may be the same one. */
  shared?: boolean;
}

/** Endings of results and label files. Other files beside a model belong to it. */
const TEXT_ENDING = /\.(jsonl|ndjson|json|csv|txt)$/i;

/** A BAD_OPTION error with the file it is about. */
export function bad(message: string, file: string): FdeployError {
  return new FdeployError('BAD_OPTION', message, { file });
}

/** Devices and pipes have no content to lose. */
const holdsData = ({ place }: OutputFile): boolean => place.kind === 'file' || place.kind === 'missing';

/** @throws FdeployError BAD_OPTION if two outputs are the same file */
export function checkFiles(all: readonly OutputFile[]): void {
  const files = all.filter(holdsData);
  for (const [i, a] of files.entries()) {
    const b = files.slice(i + 1).find((other) => isSame(a.place, other.place));
    if (b) throw sameFile(a.what, a.place, b.what, b.place);
  }
}

function sameFile(whatA: string, a: Place, whatB: string, b: Place): FdeployError {
  return bad(`${whatA} '${a.named}' and ${whatB} '${b.named}' are the same file`, b.named);
}

/**
 * Output folders must not overlap: one output would replace files of the other.
 * @throws FdeployError BAD_OPTION
 */
export function checkFolders(folders: readonly OutputFolder[]): void {
  for (const { what, place } of folders) {
    if (place.kind === 'file' || place.kind === 'other') {
      throw bad(`${what} '${place.named}' is a file, not a folder`, place.named);
    }
  }
  for (const [i, a] of folders.entries()) {
    for (const b of folders.slice(i + 1)) {
      if (a.shared && b.shared) continue;
      if (isSame(a.place, b.place)) {
        throw bad(
          `${a.what} and ${b.what} use the same folder, '${b.place.named}': choose another for one of them`,
          b.place.named,
        );
      }
      if (a.what === '--report' || b.what === '--report') continue;
      const [inner, outer] = isBelow(a.place, b.place) ? [a, b] : [b, a];
      if (!isBelow(inner.place, outer.place)) continue;
      const message = `${inner.what} '${inner.place.named}' is in the folder of ${outer.what}: choose another for one of them`;
      throw bad(message, inner.place.named);
    }
  }
}

/** @throws FdeployError BAD_OPTION for outputs in the thumbnail folder of a report */
export function checkOutside(thumbs: Place, outputs: readonly (OutputFile | OutputFolder)[]): void {
  for (const { what, place } of outputs) {
    if (!isSame(place, thumbs) && !isBelow(place, thumbs)) continue;
    throw bad(`${what} '${place.named}' is in the thumbnail folder of --report`, place.named);
  }
}

/** @throws FdeployError BAD_OPTION if an output is the file of another option */
export function checkInputs(
  files: readonly OutputFile[],
  inputs: readonly (readonly [what: string, file: string | undefined])[],
): void {
  for (const [option, named] of inputs) {
    if (named === undefined) continue;
    const place = placeOf(named);
    if (place.kind !== 'file') continue;
    const file = files.find((output) => isSame(output.place, place));
    if (file) throw sameFile(file.what, file.place, option, place);
  }
}

/**
 * A model's files are in its folder, or beside the file that is named.
 * @throws FdeployError BAD_OPTION if an output is one of them
 */
export async function checkModels(files: readonly OutputFile[], models: readonly string[]): Promise<void> {
  for (const model of models) {
    const place = placeOf(model);
    if (place.kind !== 'file' && place.kind !== 'folder') continue;
    const folder = place.kind === 'folder' ? place : placeOf(path.dirname(place.path));
    for (const { what, place: output, replaces } of files) {
      if (!replaces || output.kind !== 'file' || isOwnOutput(output.path)) continue;
      if (!isSame(placeOf(path.dirname(output.path)), folder)) continue;
      if (isSame(output, place) || (await isModelFile(output.path, place.kind === 'folder'))) {
        throw bad(`${what} '${output.named}' is a file of the model '${model}'`, output.named);
      }
    }
  }
}

async function isModelFile(file: string, inFolder: boolean): Promise<boolean> {
  if (!TEXT_ENDING.test(file)) return true;
  if (/\.json$/i.test(file)) return isPirFile(file);
  return inFolder && /\.txt$/i.test(file); // labels
}

/**
 * An output must not replace a picture or another document. Existing settings must be fdeploy's.
 * @throws FdeployError BAD_OPTION, OUTPUT_EXISTS
 */
export function checkContents(files: readonly OutputFile[], settings: string | undefined): void {
  for (const { what, place, replaces } of files) {
    if (!replaces || place.kind !== 'file') continue;
    if (place.named === settings) {
      if (isRunSettings(place.path)) continue;
      const message = `'${place.named}' exists and has no settings of an output: choose another output`;
      throw new FdeployError('OUTPUT_EXISTS', message, { file: place.named });
    }
    const found = contentToKeep(place.path);
    if (found === undefined) continue;
    throw bad(
      `${what} '${place.named}' is ${found}, which is not replaced: choose another file`,
      place.named,
    );
  }
}
