import { createHash } from 'node:crypto';
import path from 'node:path';
import { FdeployError, messageOf } from '../contracts/errors.js';
import type { Source } from '../contracts/source.js';
import { makeFolder } from '../files/make-folder.js';
import { writeAtomically } from '../files/write-atomically.js';
import { isMarked, marked } from './mark.js';

/** Longest file name in bytes of UTF-8. Common file systems allow 255; the temporary name is 11 bytes longer than the file's. */
const LONGEST_NAME = 244;

/** Names that replace `..`, the root and drives. A real folder of such a name gets an additional `_`. */
const RESERVED = /^_*__(up|root|drive_[A-Za-z])$/;

const digest = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 8);

/** At most the first `length` bytes of a name, without splitting a character. */
function shorten(name: string, length: number): string {
  let kept = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > length) break;
    kept += character;
  }
  return kept;
}

function folderName(part: string, first: boolean): string {
  if (part === '..') return '__up';
  if (first && process.platform === 'win32' && /^[A-Za-z]:$/.test(part)) return `__drive_${part.charAt(0)}`;
  return RESERVED.test(part) ? `_${part}` : part;
}

/**
 * Path of an artifact of a source in its folder; for a page of a document, its number precedes the ending (`a.pdf` ->
 * `a.pdf.3.png`).
 * @param base absolute path of the folder that it is placed from; undefined: it is placed by its name
 */
export function artifactOf(source: Source, ending: string, base: string | undefined): string {
  const { page } = source;
  return inputFileOf(source, page === undefined ? ending : `.${page}${ending}`, base);
}

/** The same for a file that all pages of a document share. */
export function inputFileOf({ name, nameBytes }: Source, ending: string, base: string | undefined): string {
  const placed =
    base === undefined ? name : path.relative(base, path.resolve(name)).replaceAll(path.sep, '/');
  return artifactPath(placed, ending, nameBytes);
}

/** Characters that a file system may not take in a name, and line ends. */
const UNFIT = /[/\\:*?"<>|]|\p{Cc}/gu;
/** Names that Windows keeps for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
/** In bytes of UTF-8. */
const LONGEST_LABEL = 100;

/** The name of the folder for things with a label. Two labels may share a folder. */
export function labelFolder(label: string): string {
  const fit = shorten(label.replaceAll(UNFIT, '_'), LONGEST_LABEL).replace(/[. ]+$/, '');
  return fit === '' || DEVICE.test(fit) ? `_${fit}` : fit;
}

/**
 * Path of a picture's artifact in its folder: the picture's path with `ending` appended to its full name, so that `a.jpg` and
 * `a.png` have different paths (`scans/a.jpg` -> `scans/a.jpg.png`). The path never leaves the folder: `..` becomes the
 * folder `__up`, the root becomes `__root`. Different pictures have different paths.
 *
 * @param image the path as it stands in the record, parts separated by `/`
 * @param imageBytes the path's bytes as base64 where it is not UTF-8; the name then ends in a digest of them
 * @returns a relative path with `/` between its parts
 */
export function artifactPath(image: string, ending: string, imageBytes?: string): string {
  const parts = image.split('/').filter((part) => part !== '' && part !== '.');
  const name = parts.pop() ?? '';
  const folders = parts.map((part, at) => folderName(part, at === 0));
  if (image.startsWith('/')) folders.unshift('__root');
  const tail = imageBytes === undefined ? ending : `.${digest(Buffer.from(imageBytes, 'base64'))}${ending}`;
  const own = folderName(name, parts.length === 0);
  const whole = `${own}${tail}`;
  const fitting =
    Buffer.byteLength(whole) <= LONGEST_NAME
      ? whole
      : `${shorten(own, LONGEST_NAME - Buffer.byteLength(tail) - 9)}.${digest(own)}${tail}`;
  return [...folders, fitting].join('/');
}

/** Whether a file was written by `writeArtifact`. */
export function isArtifact(file: string | Buffer): boolean {
  try {
    return isMarked(file) === true;
  } catch {
    return false; // a file that cannot be read becomes an error record
  }
}

/**
 * Writes a PNG or JPEG of fdeploy into `folder`, atomically. The file is marked as fdeploy's. An existing file without
 * the mark is never overwritten.
 *
 * @param relative from `artifactOf`
 * @returns the written file: `folder` and `relative` joined
 * @throws FdeployError ARTIFACT_FAILED when a file that fdeploy did not write is there, or it cannot be written
 */
export async function writeArtifact(folder: string, relative: string, picture: Buffer): Promise<string> {
  const file = path.join(folder, relative);
  try {
    if (isMarked(file) === false)
      throw new FdeployError('ARTIFACT_FAILED', `"${file}" exists and was not written by fdeploy`, {
        file,
      });
    makeFolder(path.dirname(file));
    await writeAtomically(file, marked(picture), { durable: false });
    return file;
  } catch (thrown) {
    if (thrown instanceof FdeployError) throw thrown;
    const reason = messageOf(thrown);
    throw new FdeployError('ARTIFACT_FAILED', `cannot write "${file}": ${reason}`, { file, cause: thrown });
  }
}
