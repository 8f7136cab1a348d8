import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync, utimesSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PreparedNetwork } from '../prepare/messages.js';
import { addFile, errorCode, ownName, syncFolder } from './files.js';

/** What an entry's `manifest.json` says; it is written last. */
export interface Manifest {
  key: string;
  /** The file the entry was made from, as it was named then. */
  source: string;
  action: 'prepare' | 'convert' | 'describe';
  /** Weights lie there in the form that the kernels want. */
  prepacked: boolean;
  onnxruntime: string;
  network: PreparedNetwork;
  files: FileRecord[];
}

interface FileRecord {
  name: string;
  size: number;
  /** Milliseconds since 1970. Another time than this is a reason to read the whole file. */
  mtime: number;
  sha256: string;
  /** Hash of parts spread over the file, which is compared at every start. */
  sample: string;
}

/** What differs between entries that are written and those that are read. */
type NewManifest = Omit<Manifest, 'files' | 'key'>;

const MANIFEST = 'manifest.json';
const SAMPLES = 32;
const SAMPLE_BYTES = 4096;

/** An entry's folder. */
export function entryFolder(root: string, key: string): string {
  return path.join(root, 'models', key);
}

/**
 * An entry that is whole, marked as used now.
 * @returns undefined where there is none; `damaged` where there is one that cannot be trusted
 */
export async function readEntry(root: string, key: string): Promise<Manifest | 'damaged' | undefined> {
  const folder = entryFolder(root, key);
  const manifest = readManifest(folder);
  if (manifest === undefined || manifest === 'damaged') return manifest;
  if (manifest.key !== key) return 'damaged';
  for (const file of manifest.files) {
    if (!(await isWhole(folder, file))) return 'damaged';
  }
  markUsed(folder);
  return manifest;
}

/** A folder's manifest without a look at the files it lists. */
export function readManifest(folder: string): Manifest | 'damaged' | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, MANIFEST), 'utf8');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return folderExists(folder) ? 'damaged' : undefined;
  }
  const [digest, body = ''] = text.split('\n', 2);
  return digest === sha256(body) ? (JSON.parse(body) as Manifest) : 'damaged';
}

/**
 * Makes a finished temporary folder an entry, at one stroke.
 * @param files names of the entry's files, which are complete and flushed
 */
export async function publishEntry(
  root: string,
  key: string,
  temporary: string,
  content: NewManifest,
  files: readonly string[],
): Promise<Manifest> {
  const records: FileRecord[] = [];
  for (const name of files) records.push(await recordOf(temporary, name));
  const manifest: Manifest = { ...content, key, files: records };
  const body = JSON.stringify(manifest);
  await writeFile(path.join(temporary, MANIFEST), `${sha256(body)}\n${body}`, { flush: true });
  await syncFolder(temporary);
  const folder = entryFolder(root, key);
  try {
    await rename(temporary, folder);
  } catch (error) {
    // Another process was faster, or something damaged stands there.
    if (!folderExists(folder)) throw error;
    const other = await readEntry(root, key);
    if (other !== undefined && other !== 'damaged') return other;
    await removeEntry(root, key);
    await rename(temporary, folder);
  }
  await syncFolder(path.dirname(folder));
  return manifest;
}

/** Takes an entry away: at one stroke for those that look, then its files. Sessions that have them open keep them. */
export async function removeEntry(root: string, key: string): Promise<void> {
  const trash = path.join(root, 'temporary', ownName());
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
    // A cache that may only be read has no order of use.
  }
}

async function isWhole(folder: string, record: FileRecord): Promise<boolean> {
  const file = path.join(folder, record.name);
  try {
    const { size, mtimeMs } = statSync(file);
    if (size !== record.size || sampleOf(file, size) !== record.sample) return false;
    return Math.trunc(mtimeMs) === record.mtime || (await hashOf(file)) === record.sha256;
  } catch {
    return false;
  }
}

async function recordOf(folder: string, name: string): Promise<FileRecord> {
  const file = path.join(folder, name);
  const { size, mtimeMs } = statSync(file);
  const sample = sampleOf(file, size);
  return { name, size, mtime: Math.trunc(mtimeMs), sha256: await hashOf(file), sample };
}

/** Hash of the start, the end and what lies at equal distances between them. */
function sampleOf(file: string, size: number): string {
  const hash = createHash('sha256');
  const part = Buffer.alloc(SAMPLE_BYTES);
  const last = Math.max(0, size - SAMPLE_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    for (let i = 0; i < SAMPLES; i++) {
      const count = readSync(descriptor, part, 0, SAMPLE_BYTES, Math.floor((last * i) / (SAMPLES - 1)));
      hash.update(part.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await addFile(hash, file);
  return hash.digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function folderExists(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false }) !== undefined;
}
