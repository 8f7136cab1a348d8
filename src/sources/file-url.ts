import { fileURLToPath } from 'node:url';
import { FdeployError } from '../contracts/errors.js';
import { kindOf } from '../contracts/kind-of.js';

/**
 * The path from a string or a file URL.
 * @param what it is, in messages
 * @throws FdeployError BAD_OPTION for anything else
 */
export function pathOf(place: string | URL, what: string): string {
  const taken: unknown = place; // untyped code may pass anything
  if (typeof taken === 'string' && taken !== '') return taken;
  if (!(taken instanceof URL)) {
    throw new FdeployError('BAD_OPTION', `${what} must be a path or a file URL, not ${kindOf(taken)}`);
  }
  try {
    return fileURLToPath(taken);
  } catch (cause) {
    const message = `${what} must be a path or a file URL, not ${taken.href}`;
    throw new FdeployError('BAD_OPTION', message, { file: taken.href, cause });
  }
}
