import { closeSync } from 'node:fs';
import { FdeployError } from '../contracts/errors.js';
import { openRegularFile, readRegularFile, UnfitFile, type OpenFile } from './guarded-file.js';

/**
 * Opens a file of a network: a graph or weights.
 * @throws FdeployError MODEL_NOT_FOUND if it is missing or cannot be read, MODEL_INVALID if it is not a file
 */
export function openNetworkFile(file: string): OpenFile {
  try {
    return openRegularFile(file);
  } catch (error) {
    throw networkError(error, file);
  }
}

/**
 * Whether a file of a network exists.
 * @throws FdeployError MODEL_NOT_FOUND if it cannot be read, MODEL_INVALID if it is not a file
 */
export function isNetworkFile(file: string): boolean {
  try {
    closeSync(openRegularFile(file).descriptor);
    return true;
  } catch (error) {
    if (error instanceof UnfitFile && error.fault === 'missing') return false;
    throw networkError(error, file);
  }
}

/**
 * The bytes of a file of a network.
 * @param maxBytes larger files are rejected
 * @throws FdeployError MODEL_NOT_FOUND if it is missing or cannot be read, MODEL_INVALID if it is not a file or too large
 */
export async function readNetworkFile(file: string, maxBytes: number): Promise<Buffer> {
  try {
    return await readRegularFile(file, { maxBytes });
  } catch (error) {
    throw networkError(error, file);
  }
}

function networkError(error: unknown, file: string): unknown {
  if (!(error instanceof UnfitFile)) return error;
  const isThere = error.fault === 'irregular' || error.fault === 'too large';
  const { message, found } = error;
  return new FdeployError(isThere ? 'MODEL_INVALID' : 'MODEL_NOT_FOUND', message, {
    file,
    found,
    cause: error,
  });
}
