import { FdeployError } from '../../contracts/errors.js';
import { nearest } from '../nearest-name.js';
import { archive } from './archive.js';
import { disk } from './disk.js';
import { installed } from './installed.js';
import { KNOWN_MODELS } from './known-models.js';
import { pulled } from './pulled.js';
import type { FoundModel, Place } from './place.js';

/** Where a model is looked for, the first place first. Another kind of name is one file here and a line in this table. */
export const PLACES: Place[] = [archive, disk, installed, pulled];

/**
 * What the name of a model stands for.
 * @throws FdeployError MODEL_NOT_FOUND
 */
export async function findModel(name: string): Promise<FoundModel> {
  for (const place of PLACES) {
    const found = await place.find(name);
    if (found) return found;
  }
  const { hubNames } = await import('../../hub/names.js');
  const close = nearest(name, [...Object.keys(KNOWN_MODELS), ...(await hubNames())]);
  const hint = close === undefined ? '' : `; did you mean the known model ${close}?`;
  const message = `there is no model ${name}: no such directory, file, archive or known name${hint}`;
  const expected = PLACES.map(({ takes }) => takes).join(' or ');
  throw new FdeployError('MODEL_NOT_FOUND', message, { file: name, expected });
}
