import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import type { Source } from '../contracts/source.js';
import { openRegularFile, UnfitFile } from '../files/guarded-file.js';
import { makeFolder } from '../files/make-folder.js';
import { writeAtomically } from '../files/write-atomically.js';

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
 */
export function artifactOf({ name, nameBytes, page }: Source, ending: string): string {
  return artifactPath(name, page === undefined ? ending : `.${page}${ending}`, nameBytes);
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

/** A PNG text chunk, `Software` = `fdeploy`: length, type, keyword, 0, text, CRC-32. */
const MARK = Buffer.concat([
  Buffer.from([0, 0, 0, 16]),
  Buffer.from('tEXtSoftware\0fdeploy', 'latin1'),
  Buffer.from([0x7e, 0x91, 0x59, 0x98]),
]);
/** The PNG signature and the header chunk, which must come first. */
const HEAD = 33;

/** @returns undefined if there is no file */
function isOurs(file: string | Buffer): boolean | undefined {
  let descriptor: number;
  try {
    ({ descriptor } = openRegularFile(file));
  } catch (thrown) {
    if (!(thrown instanceof UnfitFile)) throw thrown;
    if (thrown.fault === 'missing') return undefined;
    if (thrown.fault !== 'unreadable') return false;
    throw thrown;
  }
  try {
    const found = Buffer.alloc(MARK.length);
    readSync(descriptor, found, 0, MARK.length, HEAD);
    return found.equals(MARK);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a file was written by `writeArtifact`. */
export function isArtifact(file: string | Buffer): boolean {
  try {
    return isOurs(file) === true;
  } catch {
    return false; // a file that cannot be read becomes an error record
  }
}

/**
 * Writes the PNG of a picture's artifact into `folder`, atomically. The file is marked as fdeploy's. An existing file without
 * the mark is never overwritten.
 *
 * @param relative from `artifactPath`
 * @returns the written file: `folder` and `relative` joined
 * @throws FdeployError ARTIFACT_FAILED when a file that fdeploy did not write is there, or it cannot be written
 */
export async function writeArtifact(folder: string, relative: string, png: Buffer): Promise<string> {
  const file = join(folder, relative);
  try {
    if (isOurs(file) === false)
      throw new FdeployError('ARTIFACT_FAILED', `"${file}" exists and was not written by fdeploy`, {
        file,
      });
    makeFolder(dirname(file));
    const marked = Buffer.concat([png.subarray(0, HEAD), MARK, png.subarray(HEAD)]);
    await writeAtomically(file, marked, { durable: false });
    return file;
  } catch (thrown) {
    if (thrown instanceof FdeployError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new FdeployError('ARTIFACT_FAILED', `cannot write "${file}": ${reason}`, { file, cause: thrown });
  }
}
