import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { FdeployError } from '../contracts/errors.js';
import { irregularKind, UnfitFile, whyNotRead } from '../files/regular-file.js';
import { fromBytes, type NativePath } from './paths.js';

/** A longer line is no path: the longest that a common system takes has 32,767 characters. */
const LONGEST_LINE = 65_536;

const NUL = 0x00;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

type Chunks = AsyncIterable<Buffer | string>;

/**
 * The bytes of a list's file, or of a pipe such as /dev/stdin.
 * @throws FdeployError BAD_OPTION, while it is read, where it cannot be read or never ends
 */
export async function* readList(file: string): AsyncGenerator<Buffer> {
  try {
    const stats = await stat(file);
    const kind = stats.isFIFO() ? undefined : irregularKind(stats);
    if (kind !== undefined) throw new UnfitFile('kind', kind, 'a file or a pipe');
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) yield chunk;
  } catch (cause) {
    throw new FdeployError('BAD_OPTION', `--from-file '${file}' ${whyNotRead(cause)}`, { file, cause });
  }
}

/**
 * The paths of a list, one a line or, where it has a NUL byte in it, separated by those. Blank lines are left out.
 * @param name of the list in messages
 * @throws FdeployError BAD_OPTION where it is no list of paths
 */
export async function* listedPaths(chunks: Chunks, name: string): AsyncGenerator<NativePath> {
  const refuse = (why: string): never => {
    throw new FdeployError('BAD_OPTION', `${name} is no list of paths: ${why}`, { file: name });
  };
  let number = 0;
  for await (const line of linesOf(chunks, refuse)) {
    number++;
    if (line.length > LONGEST_LINE) refuse(`line ${number} has more than ${LONGEST_LINE} bytes`);
    if (line.includes(NUL)) refuse(`line ${number} holds a zero byte`);
    if (line.length > 0) yield fromBytes(line);
  }
}

/** Lines; one that is too long is given as far as it was read, and is the last. */
async function* linesOf(chunks: Chunks, refuse: (why: string) => never): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let separator: number | undefined;
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, Buffer.from(chunk)]);
    if (separator === undefined) {
      // The first path ends within so many bytes: if they hold no NUL byte, none separates the paths.
      if (rest.length <= LONGEST_LINE) continue;
      const start = rest.subarray(0, LONGEST_LINE);
      if (start.every((byte) => byte === NUL)) refuse('it begins with nothing but zero bytes');
      separator = separatorOf(start);
      rest = withoutMark(rest);
    }
    rest = yield* wholeLines(rest, separator);
    if (rest.length > LONGEST_LINE) {
      yield rest;
      return;
    }
  }
  if (separator === undefined) {
    separator = separatorOf(rest);
    rest = withoutMark(rest);
  }
  yield trimmed(yield* wholeLines(rest, separator), separator);
}

/** @returns what stands behind the last separator */
function* wholeLines(list: Buffer, separator: number): Generator<Buffer, Buffer> {
  let start = 0;
  for (let end = list.indexOf(separator); end !== -1; end = list.indexOf(separator, start)) {
    yield trimmed(list.subarray(start, end), separator);
    start = end + 1;
  }
  return list.subarray(start);
}

const separatorOf = (start: Buffer): number => (start.includes(NUL) ? NUL : NEWLINE);

/** Without a byte order mark. */
const withoutMark = (list: Buffer): Buffer =>
  list[0] === 0xef && list[1] === 0xbb && list[2] === 0xbf ? list.subarray(3) : list;

function trimmed(line: Buffer, separator: number): Buffer {
  return separator === NEWLINE && line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
