import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import type { RunSummary } from '../contracts/results.js';
import { writeAtomically } from '../files/write-atomically.js';
import { placeOf } from '../outputs/index.js';

/**
 * Checks, before a run, whether its summary can be written.
 * @throws FdeployError BAD_OPTION
 */
export function checkSummaryFile(file: string): void {
  const place = placeOf(file);
  const cannot = (reason: string): FdeployError =>
    new FdeployError('BAD_OPTION', `--summary '${file}' cannot be written: ${reason}`, { file });
  if (place.kind === 'folder') throw cannot('it is a folder');
  const folder = path.dirname(place.path);
  if (placeOf(folder).kind !== 'folder') throw cannot('its folder does not exist');
  try {
    accessSync(place.kind === 'other' ? place.path : folder, constants.W_OK);
  } catch (cause) {
    throw cannot((cause as Error).message);
  }
}

/**
 * Writes a run's summary, atomically unless the file is a pipe or a device.
 * @throws FdeployError OUTPUT_FAILED
 */
export async function writeSummaryFile(file: string, summary: RunSummary): Promise<void> {
  const text = `${JSON.stringify(summary, undefined, 2)}\n`;
  try {
    if (placeOf(file).kind === 'other') await writeFile(file, text);
    else await writeAtomically(file, text);
  } catch (cause) {
    const message = `writing the summary '${file}' failed (${(cause as Error).message})`;
    throw new FdeployError('OUTPUT_FAILED', message, { file, cause });
  }
}
