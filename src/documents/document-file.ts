import { FdeployError } from '../contracts/errors.js';
import type { Locator } from '../contracts/source.js';
import type { FilePath } from '../files/guarded-file.js';

/** A document's file. Its name is for messages. */
export interface DocumentFile {
  readonly name: string;
  readonly path: FilePath;
}

/** How a page of a PDF becomes a picture. */
export interface RenderSettings {
  /** Dots per inch. */
  readonly dpi: number;
  /** The scale is reduced so that the page has no more pixels than this. */
  readonly maxPixels: number;
}

/** @throws FdeployError INTERNAL for what was not fetched */
export function documentFile(locator: Locator, name: string): DocumentFile {
  if (locator.kind !== 'file') throw new FdeployError('INTERNAL', `${name} was not fetched.`, { file: name });
  const { path, pathBytes } = locator;
  return { name, path: pathBytes === undefined ? path : Buffer.from(pathBytes, 'base64') };
}

/** Equal for two mentions of one path. */
export function fileKey({ path }: DocumentFile): string {
  return typeof path === 'string' ? path : `\0${path.toString('base64')}`;
}

/** The name of a page in messages. */
export function pageName(name: string, page: number): string {
  return `${name} (page ${page})`;
}
