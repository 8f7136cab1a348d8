import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../../files/make-folder.js';
import { namesIn } from '../../../files/names-in.js';
import { uniqueName } from '../../../files/shared-files.js';
import { removeUnused, touchFolder } from '../../../files/unused-folders.js';

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
  if (touchFolder(folder)) return compile(folder);
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
    if (!touchFolder(folder)) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      return compile(undefined);
    }
  }
  const parent = path.dirname(folder);
  void removeUnused(namesIn(parent).map((name) => path.join(parent, name))).catch(() => undefined);
  return compile(folder);
}
