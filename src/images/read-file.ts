import { close, constants, fstatSync, openSync, read, statSync, type Stats } from 'node:fs';
import { FdeployError } from '../contracts/errors.js';

/** A picture's file: its path, or the path's bytes where they are not UTF-8. */
export type PicturePath = string | Buffer;

/** An encoded file of more bytes is not read. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * The bytes of a regular file, read once. What is no regular file is never opened, so that a pipe cannot hang the
 * run. Only the reading itself is asynchronous: a worker's thread is busy with inference, and each further step
 * would wait for it.
 * @param name the file in messages
 * @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE or IMAGE_TOO_LARGE
 */
export async function readPictureFile(path: PicturePath, name: string): Promise<Buffer> {
  const descriptor = openRegular(path, name);
  try {
    const { size } = fstatSync(descriptor);
    if (size > MAX_FILE_BYTES) {
      throw new FdeployError(
        'IMAGE_TOO_LARGE',
        `${name} is a file of ${size} bytes, more than can be read.`,
        {
          file: name,
          expected: `at most ${MAX_FILE_BYTES} bytes`,
          found: `${size} bytes`,
        },
      );
    }
    return await readAll(descriptor, size);
  } catch (error) {
    throw readError(error, name);
  } finally {
    close(descriptor);
  }
}

function openRegular(path: PicturePath, name: string): number {
  try {
    refuseIrregular(statSync(path), name);
    // O_NONBLOCK: should the file have become a pipe since, opening it returns at once. Not there on Windows.
    const descriptor = openSync(
      path,
      constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0),
    );
    try {
      refuseIrregular(fstatSync(descriptor), name);
    } catch (error) {
      close(descriptor);
      throw error;
    }
    return descriptor;
  } catch (error) {
    throw readError(error, name);
  }
}

function refuseIrregular(stats: Stats, name: string): void {
  if (stats.isFile()) return;
  const kind = irregularKind(stats);
  throw new FdeployError('IMAGE_UNREADABLE', `${name} is ${kind}, not a picture file.`, {
    file: name,
    expected: 'a picture file',
    found: kind,
  });
}

function irregularKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

async function readAll(descriptor: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const count = await readSome(descriptor, buffer, filled);
    if (count === 0) break; // The file became shorter since it was opened.
    filled += count;
  }
  return filled === size ? buffer : buffer.subarray(0, filled);
}

function readSome(descriptor: number, buffer: Buffer, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, offset, buffer.length - offset, offset, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}

/** Sentences for what the system says of a file that cannot be opened or read. */
const SYSTEM_ERRORS: Partial<Record<string, string>> = {
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ELOOP: 'cannot be read: its symbolic links go round in a circle',
  ENAMETOOLONG: 'cannot be read: the name is too long',
  EIO: 'cannot be read: the disk reports an input/output error',
  EMFILE: 'cannot be read: too many files are open',
};

function readError(error: unknown, name: string): FdeployError {
  if (error instanceof FdeployError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const details = { file: name, cause: error };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new FdeployError('IMAGE_MISSING', `${name} does not exist.`, details);
  }
  const reason = SYSTEM_ERRORS[code] ?? `cannot be read: ${(error as Error).message}`;
  return new FdeployError('IMAGE_UNREADABLE', `${name} ${reason}.`, details);
}
