import { randomBytes, type Hash } from 'node:crypto';
import { closeSync, rmSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readAt } from './guarded-file.js';
import { makeFolder } from './make-folder.js';
import { openNetworkFile } from './network-file.js';

/** A name that is unique across processes and machines. */
export function uniqueName(): string {
  return randomBytes(12).toString('hex');
}

/**
 * Writes a file atomically. `files/write-atomically` is not used: its temporary names contain process ids, which are not
 * unique across the machines and containers that share a cache.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  makeFolder(path.dirname(file));
  const temporary = `${file}.${uniqueName()}`;
  try {
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Syncs a folder's entries to disk, if the system supports it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** The code of a file system's error, '' for other errors. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** The code of an error that the system gave for a call, such as ENOSPC; undefined for other errors. */
export function systemError(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error ? errorCode(error) : undefined;
}

const removedAtExit = new Set<string>();

/** Removes a file or folder when this process (or thread) exits, unless a signal kills it. */
export function removeAtExit(file: string): void {
  if (removedAtExit.size === 0) {
    process.once('exit', () => {
      for (const leftover of removedAtExit) rmSync(leftover, { recursive: true, force: true });
    });
  }
  removedAtExit.add(file);
}

const CHUNK = 1 << 20;

/**
 * Adds a file's bytes to a hash, through one buffer: a stream would leave megabytes of garbage.
 * @param signal cancels the reading
 * @throws FdeployError MODEL_NOT_FOUND, MODEL_INVALID if it is not a file; the signal's reason
 */
export async function addFile(hash: Hash, file: string, signal?: AbortSignal): Promise<void> {
  const { descriptor } = openNetworkFile(file);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; ;) {
      signal?.throwIfAborted();
      const count = await readAt(descriptor, chunk, 0, CHUNK, at);
      if (count === 0) return;
      hash.update(chunk.subarray(0, count));
      at += count;
    }
  } finally {
    closeSync(descriptor);
  }
}
