import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { uniqueName } from '../../../files/shared-files.js';
import { makeFolder } from '../../../files/make-folder.js';

/** Compiled networks that were not used for this time are removed when another one is written. */
const UNUSED_MS = 30 * 24 * 3600 * 1000;

/**
 * Compiles a network so that all processes map one copy of its weights: from a folder of the cache, which OpenVINO fills and maps.
 * The folder gets its name when it is complete, so that no process maps a file that another one is writing.
 * @param compile compiles with OpenVINO's CACHE_DIR; undefined: without
 */
export function compileShared<Result>(
  folder: string,
  compile: (cacheFolder: string | undefined) => Result,
  free: (result: Result) => void,
): Result {
  if (touch(folder)) return compile(folder);
  const temporary = path.join(path.dirname(folder), `${uniqueName()}.tmp`);
  try {
    makeFolder(path.dirname(folder));
    mkdirSync(temporary);
  } catch {
    return compile(undefined); // a cache that cannot be written: the weights are not shared
  }
  try {
    free(compile(temporary));
    renameSync(temporary, folder);
  } catch (error) {
    // Another process was first, or the network cannot be compiled, which the next call says.
    rmSync(temporary, { recursive: true, force: true });
    if (!touch(folder)) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      return compile(undefined);
    }
  }
  removeUnused(path.dirname(folder));
  return compile(folder);
}

/** Marks a folder as used now. @returns whether it exists */
function touch(folder: string): boolean {
  const now = new Date();
  try {
    utimesSync(folder, now, now);
    return true;
  } catch {
    return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true; // of a cache that cannot be written
  }
}

function removeUnused(parent: string): void {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats && Date.now() - stats.mtimeMs > UNUSED_MS) rmSync(folder, { recursive: true, force: true });
  }
}
