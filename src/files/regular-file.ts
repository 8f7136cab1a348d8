import {
  close,
  closeSync,
  constants,
  fstatSync,
  openSync,
  read,
  readSync,
  statSync,
  type Stats,
} from 'node:fs';

/** A file's path, or the path's bytes where they are not UTF-8. */
export type FilePath = string | Buffer;

/** A path leads to something that is not read: no regular file, or one that is too large. */
export class UnfitFile extends Error {
  override readonly name = 'UnfitFile';

  /** @param found what is there: `a device`, `9000 bytes` */
  constructor(
    readonly problem: 'kind' | 'size',
    readonly found: string,
    readonly expected: string,
  ) {
    super(problem === 'kind' ? `is ${found}, not a file` : `has ${found}; ${expected} are read`);
  }
}

/** What is at a path that is no regular file; undefined for one. */
export function irregularKind(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/**
 * Opens a regular file for reading. Anything else is never opened: a pipe would hang, a device never end.
 * @returns the descriptor, which the caller closes, and the size in bytes
 * @throws UnfitFile, or the system's error
 */
export function openRegular(path: FilePath, maxBytes: number): { descriptor: number; size: number } {
  check(statSync(path), maxBytes);
  // O_NONBLOCK: should the file have become a pipe since, opening it returns at once. Not there on Windows.
  const descriptor = openSync(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  try {
    const stats = fstatSync(descriptor);
    check(stats, maxBytes);
    return { descriptor, size: stats.size };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function check(stats: Stats, maxBytes: number): void {
  const kind = irregularKind(stats);
  if (kind !== undefined) throw new UnfitFile('kind', kind, 'a file');
  if (stats.size > maxBytes) throw new UnfitFile('size', `${stats.size} bytes`, `at most ${maxBytes} bytes`);
}

/**
 * The bytes of a regular file. Only the reading itself is asynchronous: a worker's thread is busy with inference, and each
 * further step would wait for it.
 * @throws UnfitFile, or the system's error
 */
export async function readRegular(path: FilePath, maxBytes: number): Promise<Buffer> {
  const { descriptor, size } = openRegular(path, maxBytes);
  try {
    const buffer = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const count = await readSome(descriptor, buffer, filled);
      if (count === 0) break; // the file became shorter since it was opened
      filled += count;
    }
    return buffer.subarray(0, filled);
  } finally {
    close(descriptor);
  }
}

/**
 * `readRegular` for code that cannot wait.
 * @throws UnfitFile, or the system's error
 */
export function readRegularSync(path: FilePath, maxBytes: number): Buffer {
  const { descriptor, size } = openRegular(path, maxBytes);
  try {
    const buffer = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const count = readSync(descriptor, buffer, filled, size - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}

function readSome(descriptor: number, buffer: Buffer, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, offset, buffer.length - offset, offset, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}

/** Words for what the system says of a file that cannot be opened or read. */
const SYSTEM_ERRORS: Partial<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk reports an input/output error',
  EMFILE: 'too many files are open',
};

/** Whether the error says that nothing is there. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Why a file was not read, to stand behind its name: `does not exist`, `is a device, not a file`, `cannot be read: ...`. */
export function whyNotRead(error: unknown): string {
  if (isMissing(error)) return 'does not exist';
  if (error instanceof UnfitFile) return error.message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return `cannot be read: ${SYSTEM_ERRORS[code] ?? message}`;
}
