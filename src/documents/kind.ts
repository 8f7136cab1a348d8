import { closeSync } from 'node:fs';
import { openRegularFile, readAt } from '../files/guarded-file.js';
import { hasPictureEnding } from '../sources/endings.js';
import type { DocumentFile } from './document-file.js';

/** Files that may have several pages. */
export type DocumentKind = 'pdf' | 'tiff';

const ENDINGS = /\.(pdf|tiff?)$/i;

/** PDF readers accept a header that starts within this many bytes. */
const HEAD_BYTES = 1024;

const TIFF_MARKS = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

/** Whether a file may be a document, by its name: it is called like one, or not like a picture. */
export function mayBeDocument(name: string): boolean {
  return ENDINGS.test(name) || !hasPictureEnding(name);
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
