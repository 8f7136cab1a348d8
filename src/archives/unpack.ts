import { rm } from 'node:fs/promises';
import { makeFolder } from '../files/make-folder.js';
import { openNetworkFile } from '../files/network-file.js';
import { closeSync } from 'node:fs';
import { Destination } from './destination.js';
import type { ArchiveKind } from './kinds.js';
import { Refusal, refused } from './refusal.js';

const UNPACKERS: Readonly<Record<ArchiveKind, () => Promise<Unpacker>>> = {
  tar: async () => (await import('./tar.js')).unpackTar,
  zip: async () => (await import('./zip.js')).unpackZip,
};

type Unpacker = (file: string, into: Destination, signal?: AbortSignal) => Promise<void>;

/**
 * Unpacks an archive into a new folder. On failure, the folder is removed.
 * @throws FdeployError MODEL_INVALID if the archive is damaged or breaks a rule of `Destination`, MODEL_NOT_FOUND; what the
 *   file system throws for the folder; the signal's reason
 */
export async function unpackArchive(
  file: string,
  kind: ArchiveKind,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const { descriptor, stats } = openNetworkFile(file);
  closeSync(descriptor);
  makeFolder(folder);
  const into = new Destination(folder, stats.size);
  try {
    const unpack = await UNPACKERS[kind]();
    await unpack(file, into, signal);
    if (into.files === 0) throw new Refusal('holds no files');
    into.sync();
  } catch (error) {
    into.close();
    await rm(folder, { recursive: true, force: true });
    throw error instanceof Refusal ? refused(file, error) : error;
  }
}
