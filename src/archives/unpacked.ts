import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import { rememberedHash } from '../files/remembered-hash.js';
import { makeFolder } from '../files/make-folder.js';
import { namesIn } from '../files/names-in.js';
import { removeAtExit, syncFolder, systemError, uniqueName } from '../files/shared-files.js';
import { removeUnused, touchFolder } from '../files/unused-folders.js';
import type { ArchiveKind } from './kinds.js';
import { unpackArchive } from './unpack.js';

/**
 * The folder with an archive's files. It is unpacked once: the folder's name is the hash of the archive's bytes. Processes that
 * unpack the same archive at once each write a folder of their own; the first one stays.
 * @param root of the cache
 * @throws FdeployError MODEL_INVALID, MODEL_NOT_FOUND, OUTPUT_FAILED if the cache cannot be written; the signal's reason
 */
export async function unpackedFolder(
  file: string,
  kind: ArchiveKind,
  root: string,
  signal?: AbortSignal,
): Promise<string> {
  const archive = path.resolve(file);
  const memo = path.join(root, 'sources', `${createHash('sha256').update(archive).digest('hex')}.json`);
  const hash = await rememberedHash(memo, kind, () => Promise.resolve([archive]), signal);
  const folder = path.join(root, 'archives', hash.slice(0, 40));
  if (!touchFolder(folder)) await unpackInto(folder, { file, kind, root, ...(signal && { signal }) });
  return innermost(folder);
}

/** Removes all unpacked archives. @returns their number and their size in bytes */
export async function clearUnpacked(root: string): Promise<{ count: number; bytes: number }> {
  const folders = unpackedIn(root);
  const bytes = folders.reduce((sum, folder) => sum + bytesBelow(folder), 0);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  return { count: folders.length, bytes };
}

interface Unpacking {
  file: string;
  kind: ArchiveKind;
  root: string;
  signal?: AbortSignal;
}

async function unpackInto(folder: string, { file, kind, root, signal }: Unpacking): Promise<void> {
  const temporary = path.join(root, 'temporary', `archive-${uniqueName()}`);
  try {
    makeFolder(path.dirname(temporary));
    makeFolder(path.dirname(folder));
    removeAtExit(temporary);
    await unpackArchive(file, kind, temporary, signal);
    await rename(temporary, folder).catch((error: unknown) => {
      if (!touchFolder(folder)) throw error; // else another process was faster
    });
    await syncFolder(path.dirname(folder));
    await removeUnused(unpackedIn(root));
  } catch (error) {
    const code = systemError(error);
    if (code === undefined) throw error;
    const message = `${file} cannot be unpacked into the cache ${root} (${code}): unpack it yourself and name its folder, or set FDEPLOY_CACHE`;
    throw new FdeployError('OUTPUT_FAILED', message, { file, cause: error });
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

function unpackedIn(root: string): string[] {
  const parent = path.join(root, 'archives');
  return namesIn(parent).map((name) => path.join(parent, name));
}

/** An archive often holds one folder with the export: the folder below those that hold nothing else. */
function innermost(folder: string): string {
  const [only, ...others] = readdirSync(folder, { withFileTypes: true });
  return only?.isDirectory() && others.length === 0 ? innermost(path.join(folder, only.name)) : folder;
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) =>
        sum + (statSync(path.join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
