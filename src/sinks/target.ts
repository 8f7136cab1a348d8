import { write as writeFd } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { FdeployError } from '../contracts/errors.js';
import { ReaderGone } from './sink.js';
import { terminalText } from './terminal-text.js';

/** Destination of an output. */
export interface Target {
  /** Its name in messages. */
  readonly name: string;
  /** Writes all of `bytes`, or throws the system's error, or ReaderGone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Removes everything after the last successful `write`, if possible. */
  rollBack(): Promise<void>;
  /** Syncs the output to disk and closes it. */
  close(): Promise<void>;
}

/**
 * Opens an output file.
 * @param flags of `fs.open`: `wx` rejects an existing file, `w` truncates it, `a` appends to it
 * @param lost aborted when another run has taken over the file; then nothing more is written
 * @throws FdeployError OUTPUT_EXISTS; BAD_OPTION if its folder does not exist or it cannot be opened
 */
export async function openFileTarget(
  file: string,
  flags: 'wx' | 'w' | 'a',
  lost?: AbortSignal,
): Promise<Target> {
  try {
    const handle = await open(file, (await isDevice(file)) ? 'a' : flags);
    return new FileTarget(file, handle, (await handle.stat()).size, lost);
  } catch (cause) {
    throw outputError(file, cause);
  }
}

/** A pipe or a device (/dev/null) exists and has no content to lose. */
async function isDevice(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

/** The error for an output that cannot be opened. */
export function outputError(file: string, cause: unknown): FdeployError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EEXIST') {
    const message = `the output '${file}' exists: use --resume to continue it or --overwrite to replace it`;
    return new FdeployError('OUTPUT_EXISTS', message, { file, cause });
  }
  const reason =
    code === 'ENOENT'
      ? 'its folder does not exist'
      : code === 'EISDIR'
        ? 'it is a folder'
        : (cause as Error).message;
  return new FdeployError('BAD_OPTION', `the output '${file}' cannot be written: ${reason}`, { file, cause });
}

class FileTarget implements Target {
  readonly name: string;
  readonly #handle: FileHandle;
  readonly #lost: AbortSignal | undefined;
  #end: number;

  constructor(name: string, handle: FileHandle, size: number, lost: AbortSignal | undefined) {
    this.name = `'${name}'`;
    this.#handle = handle;
    this.#lost = lost;
    this.#end = size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#lost?.throwIfAborted();
    for (let at = 0; at < bytes.length;) {
      at += (await this.#handle.write(bytes, at, bytes.length - at)).bytesWritten;
    }
    this.#end += bytes.length;
  }

  async rollBack(): Promise<void> {
    this.#lost?.throwIfAborted();
    await this.#handle.truncate(this.#end);
  }

  async close(): Promise<void> {
    try {
      await this.#handle.sync().catch((error: unknown) => {
        // A pipe or a device (/dev/null, /dev/stdout) cannot be synced.
        if (!['EINVAL', 'ENOTSUP', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? ''))
          throw error;
      });
    } finally {
      await this.#handle.close();
    }
  }
}

const STDOUT = 1;
const RETRY_MS = 5;

/**
 * stdout, written asynchronously. A slow reader blocks the run, but not the handling of SIGINT, as `process.stdout` on a pipe
 * would.
 */
export class StdoutTarget implements Target {
  readonly name = 'stdout';
  readonly #escapes: boolean;

  /** @param options `escapes`: control characters are escaped, as a terminal needs it */
  constructor({ escapes }: { escapes: boolean }) {
    this.#escapes = escapes;
  }

  async write(batch: Uint8Array): Promise<void> {
    const bytes = this.#escapes ? Buffer.from(terminalText(Buffer.from(batch).toString())) : batch;
    try {
      for (let at = 0; at < bytes.length;) at += await writeSome(bytes.subarray(at));
    } catch (cause) {
      const gone = process.stdout.isTTY && (cause as NodeJS.ErrnoException).code === 'EIO';
      throw gone ? new ReaderGone('the terminal was closed', { cause }) : cause;
    }
  }

  async rollBack(): Promise<void> {
    // what was read cannot be removed
  }

  async close(): Promise<void> {
    // stdout belongs to the process
  }
}

async function writeSome(bytes: Uint8Array): Promise<number> {
  for (;;) {
    const written = await new Promise<number>((resolve, reject) => {
      writeFd(STDOUT, bytes, (error, count) => {
        if (!error) resolve(count);
        else if (error.code === 'EAGAIN') resolve(0);
        else reject(error);
      });
    });
    if (written > 0) return written;
    await delay(RETRY_MS); // another process made the pipe non-blocking, and it is full
  }
}
