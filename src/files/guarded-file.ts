import {
  open,
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  lstatSync,
  openSync,
  read,
  readFileSync,
  statSync,
  type Stats,
} from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { FdeployError, type ErrorCode } from '../contracts/errors.js';

/** A file's path, as bytes if it is not UTF-8. */
export type FilePath = string | Buffer;

/** Why a file is not read. `dangling`: a link to a file that is missing. */
export type FileFault = 'missing' | 'dangling' | 'irregular' | 'too large' | 'unreadable';

/** Thrown if a path is not a readable regular file. The message is the file's name and the reason. */
export class UnfitFile extends Error {
  /**
   * @param reason follows the file's name: "is a named pipe, not a file"
   * @param found what was found instead: "a named pipe", "17 bytes", a system error code
   */
  constructor(
    readonly fault: FileFault,
    name: string,
    readonly reason: string,
    readonly found: string,
    cause?: unknown,
  ) {
    super(`${name} ${reason}`, cause === undefined ? undefined : { cause });
  }
}

/**
 * Converts an `UnfitFile` into an error with `code`. Rethrows other errors.
 * @param what precedes the file's name: "the label file "
 * @throws FdeployError with `code`
 */
export function rethrowUnfit(error: unknown, code: ErrorCode, file: string, what = ''): never {
  if (!(error instanceof UnfitFile)) throw error;
  const { reason, found } = error;
  throw new FdeployError(code, `${what}${file} ${reason}`, { file, found, cause: error });
}

/** How a file is opened. */
export interface FileLimits {
  /** The file in messages; default: its path. */
  name?: string;
  /** Larger files are rejected. */
  maxBytes?: number;
}

/** A regular file, open for reading. The caller closes `descriptor`. */
export interface OpenFile {
  readonly descriptor: number;
  /** From the open file. */
  readonly stats: Stats;
}

/**
 * Opens a regular file. Named pipes and devices are rejected: reading them may never end, and opening a device may have side
 * effects. Links are followed.
 * @throws UnfitFile
 */
export function openRegularFile(file: FilePath, limits: FileLimits = {}): OpenFile {
  const { name = file.toString(), maxBytes = Infinity } = limits;
  let descriptor: number | undefined;
  try {
    refuseIrregular(statSync(file), name);
    // O_NONBLOCK: if the file has become a pipe since, opening it does not block. Windows does not have it.
    descriptor = openSync(file, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
    const stats = fstatSync(descriptor);
    refuseIrregular(stats, name);
    if (stats.size > maxBytes) {
      const reason = `has ${stats.size} bytes; at most ${maxBytes} are read`;
      throw new UnfitFile('too large', name, reason, `${stats.size} bytes`);
    }
    return { descriptor, stats };
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw unfit(error, file, name);
  }
}

/**
 * The bytes of a regular file. Only the reading itself is asynchronous.
 * @throws UnfitFile
 */
export async function readRegularFile(file: FilePath, limits: FileLimits = {}): Promise<Buffer> {
  const { descriptor, stats } = openRegularFile(file, limits);
  try {
    return await readAll(descriptor, stats.size);
  } catch (error) {
    throw unfit(error, file, limits.name ?? file.toString());
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The bytes of a small regular file, read synchronously.
 * @throws UnfitFile
 */
export function readRegularFileSync(file: FilePath, limits: FileLimits = {}): Buffer {
  const { descriptor } = openRegularFile(file, limits);
  try {
    return readFileSync(descriptor);
  } catch (error) {
    throw unfit(error, file, limits.name ?? file.toString());
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Rejects what is neither a regular file nor a pipe, since it may never end.
 * @throws UnfitFile
 */
export function checkStream(file: string): 'file' | 'pipe' {
  try {
    const stats = statSync(file);
    if (stats.isFile()) return 'file';
    if (stats.isFIFO()) return 'pipe';
    const kind = kindOf(stats);
    throw new UnfitFile('irregular', file, `is ${kind}, not a file`, kind);
  } catch (error) {
    throw unfit(error, file, file);
  }
}

/**
 * The bytes of a regular file, or of a pipe until it is closed, in chunks.
 * @param signal cancels the reading; a pipe that nobody writes to would keep the process
 * @throws UnfitFile, while it is read
 */
export async function* readStream(file: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const kind = checkStream(file);
  try {
    const stream =
      kind === 'pipe'
        ? new Socket({ fd: await openPipe(file), readable: true, writable: false })
        : createReadStream(file, { highWaterMark: STREAM_CHUNK });
    if (signal) addAbortSignal(signal, stream);
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw unfit(error, file, file);
  }
}

/** Reads up to `length` bytes at `position` into a buffer at `offset`. @returns the number of bytes; 0 at the end of the file */
export function readAt(
  descriptor: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, offset, length, position, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}

/** Waits for a writer. Closing a descriptor does not end a blocked read; closing a socket does. */
function openPipe(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(file, 'r', (error, descriptor) => {
      if (error) reject(error);
      else resolve(descriptor);
    });
  });
}

const STREAM_CHUNK = 1 << 20;

/** One call can read less than 2 GiB. */
const MOST_AT_ONCE = 1 << 30;

async function readAll(descriptor: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const count = await readAt(descriptor, buffer, filled, Math.min(size - filled, MOST_AT_ONCE), filled);
    if (count === 0) break; // The file has become shorter.
    filled += count;
  }
  return filled === size ? buffer : buffer.subarray(0, filled);
}

function refuseIrregular(stats: Stats, name: string): void {
  if (stats.isFile()) return;
  const kind = kindOf(stats);
  throw new UnfitFile('irregular', name, `is ${kind}, not a file`, kind);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** Descriptions of system errors. */
const SYSTEM_ERRORS: Partial<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk reports an input/output error',
  EMFILE: 'too many files are open',
};

function unfit(error: unknown, file: FilePath, name: string): UnfitFile {
  if (error instanceof UnfitFile) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    if (!isLink(file)) return new UnfitFile('missing', name, 'does not exist', code, error);
    return new UnfitFile('dangling', name, 'is a link to a file that does not exist', code, error);
  }
  return new UnfitFile('unreadable', name, `cannot be read: ${SYSTEM_ERRORS[code] ?? message}`, code, error);
}

function isLink(file: FilePath): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}
