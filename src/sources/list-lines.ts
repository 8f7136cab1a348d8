import { FdeployError } from '../contracts/errors.js';
import { readStream, UnfitFile } from '../files/guarded-file.js';
import { splitLines, withoutMark } from '../files/lines.js';
import { fromBytes, type NativePath } from './paths.js';

/** A longer line is not a path: common systems allow at most 32,767 characters. */
const LONGEST_LINE = 65_536;

const NUL = 0x00;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

type Chunks = AsyncIterable<Buffer | string>;

/**
 * The bytes of a list's file, or of a pipe such as /dev/stdin.
 * @throws FdeployError BAD_OPTION, while it is read, if it cannot be read or never ends
 */
export async function* readList(file: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* readStream(file, signal);
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    throw new FdeployError('BAD_OPTION', `--from-file '${file}' ${error.reason}`, { file, cause: error });
  }
}

/**
 * The paths of a list, one per line or, if it contains NUL bytes, separated by those. Blank lines are skipped.
 * @param name of the list in messages
 * @throws FdeployError BAD_OPTION if it is not a list of paths
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

async function* linesOf(chunks: Chunks, refuse: (why: string) => never): AsyncGenerator<Buffer> {
  const unread = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  // The first path ends within so many bytes: if they hold no NUL byte, none separates the paths. Neither does one where
  // somebody has written whole lines and waits.
  while (head.length < LONGEST_LINE && !isWholeLines(head)) {
    const next = await unread.next();
    if (next.done === true) break;
    head = Buffer.concat([head, Buffer.from(next.value)]);
  }
  const start = head.subarray(0, LONGEST_LINE);
  if (start.length === LONGEST_LINE && start.every((byte) => byte === NUL))
    refuse('it begins with nothing but zero bytes');
  const separator = start.includes(NUL) ? NUL : NEWLINE;
  const all = chain(withoutMark(head), { [Symbol.asyncIterator]: () => unread });
  for await (const line of splitLines(all, separator, LONGEST_LINE)) yield trimmed(line, separator);
}

function isWholeLines(head: Buffer): boolean {
  return head.at(-1) === NEWLINE && !head.includes(NUL);
}

async function* chain(head: Buffer, rest: Chunks): AsyncGenerator<Buffer | string> {
  yield head;
  yield* rest;
}

function trimmed(line: Buffer, separator: number): Buffer {
  return separator === NEWLINE && line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
