import { cp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { archiveKind, withoutEnding } from '../archives/kinds.js';
import { unpackedFolder } from '../archives/unpacked.js';
import { FdeployError } from '../contracts/errors.js';
import { makeFolder } from '../files/make-folder.js';
import { removeAtExit, uniqueName } from '../files/shared-files.js';
import { store, storedModel } from './store.js';

/**
 * Copies a folder or an archive into the store under a name.
 * @param root of the cache
 * @param name default: the folder's or the archive's
 * @returns the name
 * @throws FdeployError MODEL_NOT_FOUND, MODEL_INVALID, BAD_OPTION, OUTPUT_FAILED
 */
export async function addModel(root: string, source: string, name?: string): Promise<string> {
  const info = await stat(source).catch(() => undefined);
  const kind = info?.isFile() ? archiveKind(source) : undefined;
  if (!info || (kind === undefined && !info.isDirectory())) {
    const message = `${source} is neither a folder nor an archive (.tar, .tar.gz, .zip): nothing was added`;
    throw new FdeployError('MODEL_NOT_FOUND', message, { file: source });
  }
  const own = path.basename(path.resolve(source));
  const as = name ?? (kind === undefined ? own : withoutEnding(own));
  if (!/^[\w+-][\w.+-]{0,99}$/.test(as)) {
    const message = `a model's name has letters, digits, '.', '_', '+' and '-', not '${as}': name it with --name`;
    throw new FdeployError('BAD_OPTION', message, { file: '--name', found: as });
  }
  if ((await storedModel(root, as)) !== undefined) {
    const message = `there is a model ${as} already: remove it with 'fdeploy models remove ${as}', or use --name`;
    throw new FdeployError('BAD_OPTION', message, { file: '--name', found: as });
  }
  const folder = kind === undefined ? source : await unpackedFolder(source, kind, root);
  const temporary = path.join(root, 'temporary', `add-${uniqueName()}`);
  makeFolder(temporary);
  removeAtExit(temporary);
  try {
    await cp(folder, path.join(temporary, 'files'), { recursive: true, dereference: true });
    await store(root, temporary, { name: as, origin: path.resolve(source) });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return as;
}
