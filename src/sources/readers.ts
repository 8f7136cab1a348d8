import { FdeployError } from '../contracts/errors.js';
import type { FileLocator, Locator, Locators, Source } from '../contracts/source.js';
import { readPictureFile } from './read-file.js';

/**
 * Reads the bytes of a locator.
 * @param name of the source, for messages
 * @throws FdeployError of kind `picture`; it becomes the source's error record
 */
export type ReadSource<L> = (locator: L, name: string) => Promise<Buffer>;

/** Readers by kind of source. A new kind is one file here, its locator in the contract, and a line in the table. */
export type Readers = { readonly [Kind in keyof Locators]: ReadSource<Locators[Kind]> };

export const READERS: Readers = {
  file: readFileSource,
  http: refuseUnfetched,
  s3: refuseUnfetched,
};

/** What lies elsewhere is fetched before a worker gets it: a worker computes, and could not answer a server meanwhile. */
function refuseUnfetched(_: unknown, name: string): Promise<Buffer> {
  return Promise.reject(new FdeployError('INTERNAL', `${name} was not fetched.`, { file: name }));
}

function readFileSource({ path, pathBytes }: FileLocator, name: string): Promise<Buffer> {
  return readPictureFile(pathBytes === undefined ? path : Buffer.from(pathBytes, 'base64'), name);
}

/**
 * The bytes of a source.
 * @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE, IMAGE_TOO_LARGE or other codes of the kind of source
 */
export function readSource({ name, locator }: Source, readers: Readers = READERS): Promise<Buffer> {
  const read = readers[locator.kind] as ReadSource<Locator>; // the reader of its kind
  return read(locator, name === '' ? 'The empty path' : name);
}
