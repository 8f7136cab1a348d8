import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { FdeployError, messageOf } from '../contracts/errors.js';
import { makeFolder } from '../files/make-folder.js';
import { hashOf } from './store.js';

/** A file of a repository, as the hub describes it. */
export interface RemoteFile {
  /** Below the model's folder. */
  readonly path: string;
  readonly size: number;
  /** SHA-256 of a large file's bytes. */
  readonly sha256?: string;
  /** Git's hash of a file that is no large one. */
  readonly blob?: string;
}

export interface Download {
  readonly file: RemoteFile;
  /** Where the finished file goes, and where it grows. */
  readonly target: string;
  readonly part: string;
  /** The file's bytes on the hub; null if it has none of that name. */
  readonly open: () => Promise<Blob | null>;
  readonly onBytes: (count: number) => void;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;

/**
 * Downloads a file. What a broken download left is continued. The bytes must have the hash that the hub gives.
 * @throws FdeployError PULL_FAILED, OUTPUT_FAILED
 */
export async function download(job: Download): Promise<void> {
  const { file, target, part } = job;
  makeFolder(path.dirname(target));
  if (await hasHash(target, file)) return;
  let restarted = false;
  for (let attempt = 1; ; attempt++) {
    try {
      await append(job);
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassing(error)) throw failed(file, error);
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      continue;
    }
    if (await hasHash(part, file)) return rename(part, target);
    await rm(part, { force: true });
    // What was there before may have been of another download.
    if (restarted) break;
    restarted = true;
  }
  const message = `${file.path} has other bytes than the hub says: it was removed`;
  throw new FdeployError('PULL_FAILED', message, {
    file: file.path,
    ...((file.sha256 ?? file.blob) !== undefined && { expected: `${file.sha256 ?? file.blob}` }),
  });
}

async function append({ file, part, open, onBytes }: Download): Promise<void> {
  let start = (await stat(part).catch(() => undefined))?.size ?? 0;
  if (start > file.size) {
    await rm(part);
    start = 0;
  }
  onBytes(start);
  if (start === file.size && start > 0) return;
  const blob = file.size === 0 ? new Blob([]) : await open();
  if (!blob) throw new Error('the hub lists it and does not have it');
  const bytes = Readable.fromWeb(blob.slice(start, file.size).stream() as never);
  let end = start;
  bytes.on('data', (chunk: Uint8Array) => {
    onBytes((end += chunk.length));
  });
  await pipeline(bytes, createWriteStream(part, { flags: 'a' }));
  if (end !== file.size) throw new Error(`the hub sent ${end} of ${file.size} bytes`);
}

async function hasHash(at: string, { size, sha256, blob }: RemoteFile): Promise<boolean> {
  const stats = await stat(at).catch(() => undefined);
  if (stats?.size !== size) return false;
  return sha256 === undefined ? (await hashOf(at, size)) === blob : (await hashOf(at)) === sha256;
}

const DISK = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'];

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Whether trying again may help: not if the hub refuses, or the disk. */
function isPassing(error: unknown): boolean {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return !DISK.includes(codeOf(error)) && (status >= 500 || status === 429 || status === 408);
}

function failed(file: RemoteFile, cause: unknown): FdeployError {
  const details = { file: file.path, cause };
  if (DISK.includes(codeOf(cause))) {
    return new FdeployError('OUTPUT_FAILED', `${file.path} cannot be stored (${codeOf(cause)})`, details);
  }
  const reason = messageOf(cause);
  const message = `${file.path} could not be fetched (${reason}): the same command continues the download`;
  return new FdeployError('PULL_FAILED', message, details);
}
