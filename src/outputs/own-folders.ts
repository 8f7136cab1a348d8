import { isArtifact } from '../artifacts/artifact-file.js';
import { folderOf, joinPath, pathKey, type NativePath } from '../sources/paths.js';
import { idOf, statsOf } from './place.js';

/** A folder that a run writes pictures into. */
export interface OwnFolder {
  /** Device and inode. */
  readonly id: string;
  readonly named: string;
  /** The option that names it. */
  readonly what: string;
}

/**
 * Tells the pictures that earlier runs wrote into the folders of this one, so that no run predicts its own drawings: what is
 * met in such a folder, below a folder or a pattern that was named, is left out. Where what was named lies in such a folder
 * itself, or names single files, only those are left out that bear fdeploy's mark.
 */
export class OwnFolders {
  readonly #folders: readonly OwnFolder[];
  /** Of the folder that was asked for last: pictures come folder by folder. */
  #asked: { folder: string; around: readonly OwnFolder[] } = { folder: '', around: [] };

  constructor(folders: readonly OwnFolder[]) {
    this.#folders = folders;
  }

  /**
   * The folder for whose sake a picture is left out.
   * @param below the folder, or the fixed part of the pattern, that the picture was found below
   */
  leavesOut(picture: NativePath, below: NativePath | undefined): OwnFolder | undefined {
    if (this.#folders.length === 0) return undefined;
    const around = this.#around(folderOf(picture));
    if (around.length === 0) return undefined;
    const named = below === undefined ? around : this.#around(below);
    return around.find((folder) => !named.includes(folder)) ?? (isArtifact(picture) ? around[0] : undefined);
  }

  /** Those that a folder lies in, or is. */
  #around(folder: NativePath): readonly OwnFolder[] {
    const key = pathKey(folder);
    if (this.#asked.folder !== key) {
      const ids = idsUpwards(folder);
      this.#asked = { folder: key, around: this.#folders.filter(({ id }) => ids.has(id)) };
    }
    return this.#asked.around;
  }
}

/** Of a folder and of all that it lies in. */
function idsUpwards(folder: NativePath): Set<string> {
  const ids = new Set<string>();
  for (let at = folder; ; at = joinPath(at, '..')) {
    const stats = statsOf(at);
    if (!stats || ids.has(idOf(stats))) return ids; // the root is its own parent
    ids.add(idOf(stats));
  }
}
