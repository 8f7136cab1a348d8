import { closeSync } from 'node:fs';
import type { Source } from '../contracts/source.js';
import { openRegularFile, readAt } from '../files/guarded-file.js';
import { hasPictureEnding } from '../sources/endings.js';
import type { DocumentFile } from './document-file.js';

/** Files that may have several pages. */
export type DocumentKind = 'pdf' | 'tiff';

const ENDINGS = /\.(pdf|tiff?)$/i;

/** PDF readers accept a header that starts within this many bytes. */
const HEAD_BYTES = 1024;

const TIFF_MARKS = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

/**
 * Whether a source may be a document: it is called like one or, if it is a file, not like a picture. Sources that lie elsewhere are
 * not fetched to find out.
 */
export function mayBeDocument({ name, locator }: Source): boolean {
  switch (locator.kind) {
    case 'file':
      return ENDINGS.test(name) || !hasPictureEnding(name);
    case 's3':
      return ENDINGS.test(locator.key);
    case 'http':
      return ENDINGS.test(name) || (URL.canParse(locator.url) && ENDINGS.test(new URL(locator.url).pathname));
  }
}

/** What a file is, by its content; undefined for anything else, and if it cannot be read. */
export async function documentKind({ path }: DocumentFile): Promise<DocumentKind | undefined> {
  let descriptor: number | undefined;
  try {
    ({ descriptor } = openRegularFile(path));
    const head = Buffer.alloc(HEAD_BYTES);
    const length = await readAt(descriptor, head, 0, HEAD_BYTES, 0);
    const start = head.toString('latin1', 0, length);
    if (TIFF_MARKS.includes(start.slice(0, 4)) && length >= 16) return 'tiff';
    return start.includes('%PDF-') ? 'pdf' : undefined;
  } catch {
    return undefined; // reading it as a picture says why
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
