import { createHash } from 'node:crypto';
import { statSync, utimesSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readRegularFileSync, UnfitFile } from '../../files/guarded-file.js';
import type { PreparedNetwork } from '../network.js';
import { errorCode, uniqueName, syncFolder } from '../../files/shared-files.js';
import { isWhole, markWhole, recordOf, type FileRecord } from './verify.js';

/** Content of an entry's `manifest.json`, which is written last. */
export interface Manifest {
  key: string;
  /** The file that the entry was made from, as named then. */
  source: string;
  backend: string;
  /** What the backend did with the file. */
  action: string;
  network: PreparedNetwork;
  files: FileRecord[];
}

/** A manifest before it is written. */
type NewManifest = Omit<Manifest, 'files' | 'key'>;

const MANIFEST = 'manifest.json';
/** Folders of this name are being removed. */
export const TRASH = 'trash';
/** Larger than the manifest of a network of 100 GiB. */
const MAX_MANIFEST_BYTES = 2 ** 24;

/** An entry's folder. */
export function entryFolder(root: string, key: string): string {
  return path.join(root, 'models', key);
}

/**
 * Reads an entry, checks its files and marks it as used.
 * @returns undefined if there is none; `damaged` if a check fails
 */
export function readEntry(root: string, key: string): Manifest | 'damaged' | undefined {
  const folder = entryFolder(root, key);
  const manifest = readManifest(folder);
  if (manifest === undefined || manifest === 'damaged') return manifest;
  if (manifest.key !== key || !isWhole(folder, manifest.files)) return 'damaged';
  markUsed(folder);
  return manifest;
}

/** Reads a folder's manifest without checking its files. */
export function readManifest(folder: string): Manifest | 'damaged' | undefined {
  let text = manifestText(folder);
  if (text === undefined) {
    if (!folderExists(folder)) return undefined;
    // Another process may have published the folder since: entries appear whole, so a second look decides.
    text = manifestText(folder);
    if (text === undefined) return folderExists(folder) ? 'damaged' : undefined;
  }
  const [digest, body = ''] = text.split('\n', 2);
  return digest === sha256(body) ? (JSON.parse(body) as Manifest) : 'damaged';
}

/**
 * @returns undefined if there is no such file, or something else in its place
 * @throws the system's error if it cannot be read
 */
function manifestText(folder: string): string | undefined {
  try {
    return readRegularFileSync(path.join(folder, MANIFEST), { maxBytes: MAX_MANIFEST_BYTES }).toString();
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    if (error.fault === 'unreadable') throw error.cause;
    return undefined;
  }
}

/**
 * Publishes a finished temporary folder as an entry, atomically.
 * @param files names of the entry's files, which are complete and synced
 */
export async function publishEntry(
  root: string,
  key: string,
  temporary: string,
  content: NewManifest,
  files: readonly string[],
): Promise<Manifest> {
  const records = files.map((name) => recordOf(temporary, name));
  const manifest: Manifest = { ...content, key, files: records };
  const body = JSON.stringify(manifest);
  await writeFile(path.join(temporary, MANIFEST), `${sha256(body)}\n${body}`, { flush: true });
  markWhole(temporary, records);
  await syncFolder(temporary);
  const folder = entryFolder(root, key);
  try {
    await rename(temporary, folder);
  } catch (error) {
    // Another process was faster, or a damaged entry exists.
    if (!folderExists(folder)) throw error;
    const other = readEntry(root, key);
    if (other !== undefined && other !== 'damaged') return other;
    await removeEntry(root, key);
    await rename(temporary, folder);
  }
  await syncFolder(path.dirname(folder));
  return manifest;
}

/** Removes an entry: first atomically from its place, then its files. Open sessions keep theirs. */
export async function removeEntry(root: string, key: string): Promise<void> {
  const trash = path.join(root, 'temporary', `${TRASH}.${uniqueName()}`);
  try {
    await rename(entryFolder(root, key), trash);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  await rm(trash, { recursive: true, force: true });
}

/** Milliseconds since 1970 when an entry was last used. */
export function lastUsed(folder: string): number {
  return statSync(path.join(folder, MANIFEST)).mtimeMs;
}

function markUsed(folder: string): void {
  const now = new Date();
  try {
    utimesSync(path.join(folder, MANIFEST), now, now);
  } catch {
    // A read-only cache has no order of use.
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function folderExists(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false }) !== undefined;
}
