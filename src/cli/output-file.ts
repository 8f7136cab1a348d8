import { stat } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import { makeFolder } from '../files/make-folder.js';
import { writeAtomically } from '../files/write-atomically.js';

/**
 * For an output that `--overwrite` may replace.
 * @throws FdeployError OUTPUT_EXISTS
 */
export async function refuseExisting(file: string): Promise<void> {
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (isThere)
    throw new FdeployError('OUTPUT_EXISTS', `${file} exists: use --overwrite to replace it`, { file });
}

/**
 * Writes an output as a whole, or not at all.
 * @param withFolder makes its folder if there is none
 * @throws FdeployError OUTPUT_FAILED
 */
export async function writeWhole(
  file: string,
  content: string | Uint8Array,
  { withFolder = false } = {},
): Promise<void> {
  try {
    if (withFolder) makeFolder(path.dirname(path.resolve(file)));
    await writeAtomically(file, content);
  } catch (cause) {
    throw new FdeployError('OUTPUT_FAILED', `${file} cannot be written`, { file, cause });
  }
}
