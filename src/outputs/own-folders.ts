import { isArtifact } from '../artifacts/artifact-file.js';
import { folderOf, joinPath, pathKey, type NativePath } from '../sources/paths.js';
import { idOf, statsOf } from './place.js';

/** A folder that a run writes pictures into. */
export interface OwnFolder {
  /** Device and inode. */
  readonly id: string;
  readonly named: string;
  /** Its option. */
  readonly what: string;
}

/**
 * Recognises pictures that earlier runs wrote into the output folders of this one, so that no run predicts its own drawings.
 * If such a folder is below a named folder or pattern, everything in it is skipped. If a named folder, pattern or file is
 * inside such a folder, only files with fdeploy's mark are skipped.
 */
export class OwnFolders {
  readonly #folders: readonly OwnFolder[];
  /** Result for the last folder: pictures are listed folder by folder. */
  #asked: { folder: string; around: readonly OwnFolder[] } = { folder: '', around: [] };

  constructor(folders: readonly OwnFolder[]) {
    this.#folders = folders;
  }

  /**
   * The output folder because of which a picture is skipped.
   * @param below the named folder, or the fixed part of the named pattern, that contains the picture
   */
  leavesOut(picture: NativePath, below: NativePath | undefined): OwnFolder | undefined {
    if (this.#folders.length === 0) return undefined;
    const around = this.#around(folderOf(picture));
    if (around.length === 0) return undefined;
    const named = below === undefined ? around : this.#around(below);
    return around.find((folder) => !named.includes(folder)) ?? (isArtifact(picture) ? around[0] : undefined);
  }

  /** The output folders that contain a folder or are equal to it. */
  #around(folder: NativePath): readonly OwnFolder[] {
    const key = pathKey(folder);
    if (this.#asked.folder !== key) {
      const ids = idsUpwards(folder);
      this.#asked = { folder: key, around: this.#folders.filter(({ id }) => ids.has(id)) };
    }
    return this.#asked.around;
  }
}

/** Identities of a folder and of all its parents. */
function idsUpwards(folder: NativePath): Set<string> {
  const ids = new Set<string>();
  for (let at = folder; ; at = joinPath(at, '..')) {
    const stats = statsOf(at);
    if (!stats || ids.has(idOf(stats))) return ids; // the root is its own parent
    ids.add(idOf(stats));
  }
}
