import fs from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { glob, isDynamicPattern } from 'tinyglobby';
import { FdeployError } from '../contracts/errors.js';
import type { ImageEntry } from '../contracts/run.js';
import type { Notify } from '../contracts/spec.js';
import { hasPictureEnding, PICTURE_ENDINGS } from './endings.js';
import { LeftOut } from './left-out.js';
import { listedPaths, readList } from './list-lines.js';
import { findByText, pathKey, toEntry, type NativePath } from './paths.js';
import { comparePaths, isFolder, walkPictures } from './walk.js';

/** Where the pictures of a run are named. */
export interface ListSource {
  /** Files, folders, patterns, or `-` for a list on `stdin`. */
  arguments: readonly string[];
  /** A file with one path a line. */
  fromFile?: string;
  stdin?: Readable;
  /** Hears what folders hold beside pictures, and of lists that are empty. */
  notify?: Notify;
  /**
   * Asked for every picture before it is listed: false leaves it out, as if it were not there.
   * @param below the folder, or the fixed part of the pattern, that it was found below; undefined where it was named itself
   */
  takes?: Takes;
}

type Takes = (picture: NativePath, below: NativePath | undefined) => boolean;

/**
 * The pictures of a run in the order of the arguments, then those of `fromFile`; sorted by path within a folder
 * or pattern; a path that is named twice stands there once. A list holds one path a line, or, where it has a NUL
 * byte in it, is separated by those; its lines are paths, never patterns. A named picture that is missing stays
 * in the list, for its record to say so.
 * @throws FdeployError NO_IMAGES for a folder or pattern without a picture, or where nothing was named at all;
 *   BAD_OPTION where the list cannot be read
 */
export async function listImages(source: ListSource): Promise<ImageEntry[]> {
  if (source.arguments.length === 0 && source.fromFile === undefined) {
    throw new FdeployError(
      'NO_IMAGES',
      'no pictures were named: give files, folders, quoted patterns, - for a list on stdin, or --from-file',
    );
  }
  const { notify = () => undefined } = source;
  const images: ImageEntry[] = [];
  const leftOut = new LeftOut();
  const seen = new Set<string>();
  const add: Add = (native, below) => {
    const key = pathKey(native);
    if (seen.has(key)) return;
    seen.add(key);
    if (source.takes?.(native, below) ?? true) images.push(toEntry(native));
  };
  /** Lines are taken as they stand; only one that does not end like a picture is looked at: it may be a folder. */
  const addList = async (chunks: AsyncIterable<Buffer | string>, name: string): Promise<void> => {
    let empty = true;
    for await (const native of listedPaths(chunks, name)) {
      empty = false;
      if (!hasPictureEnding(native.toString()) && (await isFolder(native))) {
        for (const picture of await walkArgument(native, native.toString(), leftOut)) add(picture, native);
      } else add(native);
    }
    if (empty) notify(`${name} is empty`);
  };
  let stdinTaken = false;
  for (const argument of source.arguments) {
    if (argument !== '-') await expandArgument(argument, add, leftOut);
    else if (source.stdin && !stdinTaken) {
      stdinTaken = true;
      await addList(source.stdin, 'the list on stdin');
    }
  }
  if (source.fromFile !== undefined)
    await addList(readList(source.fromFile), `the list '${source.fromFile}'`);
  if (leftOut.count > 0) notify(`the folders hold other files, which are left out: ${leftOut.toString()}`);
  if (images.length > 0 || seen.size === 0) return images;
  throw new FdeployError(
    'NO_IMAGES',
    'every picture that was named lies in a folder that the run writes into',
  );
}

/** Adds a picture; `below` as `takes` has it. */
type Add = (native: NativePath, below?: NativePath) => void;

/** Adds what one argument stands for: what it names, if that is there; else what it matches as a pattern. */
async function expandArgument(argument: string, add: Add, leftOut: LeftOut): Promise<void> {
  const named = findByText(argument);
  const kinds = await Promise.all(named.map(kindOf));
  if (kinds.some((kind) => kind !== 'missing')) {
    for (const [i, native] of named.entries()) {
      if (kinds[i] !== 'folder') add(native);
      else for (const picture of await walkArgument(native, argument, leftOut)) add(picture, native);
    }
  } else if (isDynamicPattern(asPattern(argument))) {
    const below = fixedPart(asPattern(argument));
    for (const picture of await expandPattern(argument, leftOut)) add(picture, below);
  } else if (hasPictureEnding(argument)) add(argument);
  else throw new FdeployError('NO_IMAGES', `there is no file or folder '${argument}'`, { file: argument });
}

async function walkArgument(folder: NativePath, argument: string, leftOut: LeftOut): Promise<NativePath[]> {
  const before = leftOut.count;
  const pictures = await walkPictures(folder, leftOut);
  if (pictures.length > 0) return pictures;
  const instead = before > 0 || leftOut.count === 0 ? '' : `, but ${leftOut.toString()}`;
  throw new FdeployError(
    'NO_IMAGES',
    `the folder '${argument}' holds no picture${instead} (${endingsText()}; hidden files are left out)`,
    { file: argument },
  );
}

/** The folder that everything a pattern matches lies below. */
function fixedPart(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => isDynamicPattern(part)),
  );
  return fixed.join('/') || (pattern.startsWith('/') ? '/' : '.');
}

/** Broken links count as files, as they do in the shell's patterns: else tinyglobby would pass them over. */
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

/** A quoted pattern gives what the shell's expansion would give: the folders it matches are walked. Pictures only. */
async function expandPattern(pattern: string, leftOut: LeftOut): Promise<NativePath[]> {
  const matches = await glob(asPattern(pattern), {
    expandDirectories: false,
    onlyFiles: false, // folders come with a slash at their end
    absolute: path.isAbsolute(pattern),
    fs: KEEPING_BROKEN_LINKS as object,
  });
  const found: NativePath[] = [];
  for (const match of new Set(matches)) {
    if (match.endsWith('/')) {
      for (const native of findByText(match)) {
        for (const picture of await walkPictures(native, leftOut)) found.push(picture);
      }
    } else if (hasPictureEnding(match)) found.push(...findByText(match));
  }
  if (found.length > 0) return found.sort(comparePaths);
  const files = `${matches.length} files, none of them a picture`;
  const what =
    matches.length === 0 ? 'nothing' : matches.length === 1 ? '1 file, which is no picture' : files;
  throw new FdeployError('NO_IMAGES', `the pattern '${pattern}' matches ${what} (${endingsText()})`, {
    file: pattern,
  });
}

async function kindOf(native: NativePath): Promise<'file' | 'folder' | 'missing'> {
  try {
    return (await stat(native)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A broken link, a name that is too long or a folder that may not be entered is a picture's own error.
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'file';
  }
}

/** tinyglobby's patterns have slashes on every system. */
function asPattern(argument: string): string {
  return path.sep === '\\' ? argument.replaceAll('\\', '/') : argument;
}

function endingsText(): string {
  return PICTURE_ENDINGS.map((ending) => `.${ending}`).join(' ');
}
