import fs from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { glob, isDynamicPattern } from 'tinyglobby';
import { FdeployError } from '../contracts/errors.js';
import { isAddress, type Source } from '../contracts/source.js';
import type { Notify } from '../contracts/spec.js';
import { fixedPart } from './common-folder.js';
import { begun, only } from './begun.js';
import { Endings, isPdfName } from './endings.js';
import { KeySet } from './key-set.js';
import { LeftOut } from './left-out.js';
import { listedPaths, readList } from './list-lines.js';
import { fileSource, findByText, pathKey, type NativePath } from './paths.js';
import { publicName } from './remote/public-name.js';
import { Addresses, type ListedAddress } from './remote/addresses.js';
import { expandAddress, listedAddress, type AddressListing } from './remote/expand-address.js';
import type { RemoteFiles } from './remote/remote-files.js';
import { comparePaths, isFolder, walkPictures } from './walk.js';

/** The arguments that name the sources of a run. */
export interface ListOptions {
  /** Files, folders, patterns, addresses, or `-` for a list on `stdin`. */
  arguments: readonly string[];
  /** A file with one path a line. */
  fromFile?: string;
  stdin?: Readable;
  /** Cancels the reading of lists: an open one would keep the process alive. */
  signal?: AbortSignal;
  /** Why PDFs cannot be read: those in folders are left out, a named one is an error. Without it, they are listed. */
  noPdf?: string | undefined;
  /** Lists buckets; or why addresses cannot be read: one is an error. Default: they cannot. */
  addresses?: RemoteFiles | string;
  /** Receives messages about empty lists and, at the end, about other files in folders. */
  notify?: Notify;
  /**
   * Called for every picture before it is listed; false skips it.
   * @param below the named folder, or the fixed part of the named pattern, that contains it; undefined if it was named itself
   */
  takes?: (picture: NativePath, below: NativePath | undefined) => boolean;
}

/** A picture and `below`, as for `takes`. */
interface FoundFile {
  native: NativePath;
  below?: NativePath;
}

type Found = FoundFile | ListedAddress;

/**
 * The pictures of a run in the order of the arguments, then those of `fromFile`; sorted by path within a folder or pattern; a
 * path that is named twice is given once. A list holds one path a line, or, where it has a NUL byte in it, is separated by
 * those; its lines are paths and addresses, never patterns. A named picture that is missing is given too, for its record to say so.
 *
 * Folders and lists are read as the sources are taken. Every argument has been looked at, up to its first picture, before the
 * first source is given.
 * @throws FdeployError before the first source: NO_IMAGES for a folder or pattern without a picture, or where nothing was named
 *   at all; PACKAGE_MISSING for a PDF that cannot be read; BAD_OPTION if a list cannot be read. Later: what is wrong with a list
 */
export async function* listSources(options: ListOptions): AsyncGenerator<Source, void, undefined> {
  if (options.arguments.length === 0 && options.fromFile === undefined) {
    throw new FdeployError(
      'NO_IMAGES',
      'no pictures were named: give files, folders, quoted patterns, - for a list on stdin, or --from-file',
    );
  }
  const { notify = () => undefined, takes = () => true } = options;
  const leftOut = new LeftOut(new Endings(options.noPdf));
  const seen = new KeySet();
  const addresses = new Addresses();
  let given = 0;
  for (const part of await partsOf(options, leftOut, notify)) {
    for await (const item of part) {
      if ('address' in item) {
        const source = addresses.take(item);
        if (!source) continue;
        given++;
        yield source;
        continue;
      }
      const { native, below } = item;
      if (!seen.add(pathKey(native)) || !takes(native, below)) continue;
      given++;
      yield fileSource(native);
    }
  }
  if (leftOut.count > 0)
    notify(`the folders hold other files, which are left out: ${leftOut.toString()}${leftOut.pdfHint}`);
  if (given > 0 || seen.size === 0) return;
  throw new FdeployError(
    'NO_IMAGES',
    'every picture that was named lies in a folder that the run writes into',
  );
}

type Part = AsyncIterable<Found>;

/** The listings of each argument and list, each read up to its first picture. */
async function partsOf(options: ListOptions, leftOut: LeftOut, notify: Notify): Promise<Part[]> {
  const parts: Part[] = [];
  const addresses: AddressListing = {
    remote: options.addresses ?? 'only files are taken',
    leftOut,
    signal: options.signal ?? new AbortController().signal,
  };
  let stdinTaken = false;
  const addList = async (chunks: AsyncIterable<Buffer | string>, name: string): Promise<void> => {
    const list = await begun(listed(chunks, name, leftOut, addresses));
    if (list) parts.push(list);
    else notify(`${name} is empty`);
  };
  for (const argument of options.arguments) {
    if (isAddress(argument)) {
      if (isPdfName(publicName(argument))) requirePdf(leftOut, publicName(argument));
      parts.push(await expandAddress(argument, addresses));
    } else if (argument !== '-') parts.push(...(await expandArgument(argument, leftOut)));
    else if (options.stdin && !stdinTaken) {
      stdinTaken = true;
      if (options.signal) addAbortSignal(options.signal, options.stdin);
      await addList(options.stdin, 'the list on stdin');
    }
  }
  if (options.fromFile !== undefined) {
    await addList(readList(options.fromFile, options.signal), `the list '${options.fromFile}'`);
  }
  return parts;
}

/**
 * Lines are used unchanged. Only lines without the ending of a picture are checked, since they may be folders. A folder
 * without pictures is listed itself and becomes an error record like every bad line, since the run may have started long ago.
 */
async function* listed(
  chunks: AsyncIterable<Buffer | string>,
  name: string,
  leftOut: LeftOut,
  addresses: AddressListing,
): AsyncGenerator<Found> {
  for await (const native of listedPaths(chunks, name)) {
    const text = native.toString();
    if (isAddress(text)) yield* listedAddress(text, addresses);
    else if (leftOut.listed.has(text) || !(await isFolder(native))) yield { native };
    else yield* (await begun(found(walkPictures(native, leftOut), native))) ?? only({ native });
  }
}

/** The sources of one argument: the file or folder of that name if it exists, else the matches of the pattern. */
async function expandArgument(argument: string, leftOut: LeftOut): Promise<Part[]> {
  const named = findByText(argument);
  const kinds = await Promise.all(named.map(kindOf));
  if (kinds.some((kind) => kind !== 'missing')) {
    if (kinds.includes('file') && isPdfName(argument)) requirePdf(leftOut, argument);
    const parts: Part[] = [];
    for (const [i, native] of named.entries()) {
      parts.push(kinds[i] === 'folder' ? await walkArgument(native, argument, leftOut) : only({ native }));
    }
    return parts;
  }
  if (isDynamicPattern(asPattern(argument))) {
    const below = fixedPart(asPattern(argument));
    const matches = await expandPattern(argument, leftOut);
    return [found(matches, below)];
  }
  if (leftOut.listed.has(argument)) return [only({ native: argument })];
  throw new FdeployError('NO_IMAGES', `there is no file or folder '${argument}'`, { file: argument });
}

async function* found(
  pictures: Iterable<NativePath> | AsyncIterable<NativePath>,
  below: NativePath,
): AsyncGenerator<Found> {
  for await (const native of pictures) yield { native, below };
}

/** The pictures below a named folder. @throws FdeployError NO_IMAGES if there are none */
async function walkArgument(folder: NativePath, argument: string, leftOut: LeftOut): Promise<Part> {
  const before = leftOut.count;
  const pictures = await begun(found(walkPictures(folder, leftOut), folder));
  if (pictures) return pictures;
  const instead = before > 0 || leftOut.count === 0 ? '' : `, but ${leftOut.toString()}${leftOut.pdfHint}`;
  throw new FdeployError(
    'NO_IMAGES',
    `the folder '${argument}' holds no picture${instead} (${leftOut.listed.toString()}; hidden files are left out)`,
    { file: argument },
  );
}

/** Broken links count as files, as in the shell; tinyglobby would skip them. */
const KEEPING_BROKEN_LINKS = {
  realpath: (link: string, answer: (error: null, resolved: string) => void): void => {
    fs.realpath(link, (error, resolved) => {
      answer(null, error ? link : resolved);
    });
  },
  stat: (file: string, answer: (error: NodeJS.ErrnoException | null, stats: fs.Stats) => void): void => {
    fs.stat(file, (error, stats) => {
      if (error) fs.lstat(file, answer);
      else answer(null, stats);
    });
  },
};

/** A quoted pattern matches as in the shell; matching folders are searched. Only pictures are listed. */
async function expandPattern(pattern: string, leftOut: LeftOut): Promise<NativePath[]> {
  const matches = await glob(asPattern(pattern), {
    expandDirectories: false,
    onlyFiles: false, // folders have a trailing slash
    absolute: path.isAbsolute(pattern),
    fs: KEEPING_BROKEN_LINKS as object,
  });
  const found: NativePath[] = [];
  for (const match of new Set(matches)) {
    if (match.endsWith('/')) {
      for (const native of findByText(match)) {
        for await (const picture of walkPictures(native, leftOut)) found.push(picture);
      }
    } else if (leftOut.listed.has(match)) found.push(...findByText(match));
  }
  if (found.length > 0) return found.sort(comparePaths);
  if (matches.some(isPdfName)) requirePdf(leftOut, pattern);
  const files = `${matches.length} files, none of them a picture`;
  const what =
    matches.length === 0 ? 'nothing' : matches.length === 1 ? '1 file, which is no picture' : files;
  throw new FdeployError(
    'NO_IMAGES',
    `the pattern '${pattern}' matches ${what} (${leftOut.listed.toString()})`,
    {
      file: pattern,
    },
  );
}

async function kindOf(native: NativePath): Promise<'file' | 'folder' | 'missing'> {
  try {
    return (await stat(native)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Broken links, names that are too long and inaccessible folders become error records.
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'file';
  }
}

/** tinyglobby's patterns use slashes on all systems. */
function asPattern(argument: string): string {
  return path.sep === '\\' ? argument.replaceAll('\\', '/') : argument;
}

/** @throws FdeployError PACKAGE_MISSING if PDFs cannot be read */
function requirePdf({ listed: { noPdf } }: LeftOut, argument: string): void {
  if (noPdf === undefined) return;
  throw new FdeployError('PACKAGE_MISSING', `'${argument}' cannot be read: ${noPdf}`, { file: argument });
}
