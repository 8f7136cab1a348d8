import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import { PAGE_MARK } from './document.js';
import { THUMBNAILS, isThumbnail } from './format.js';

export const PAGE = 'index.html';
/** The page while it is written. */
export const PART = '.index.html.part';

const isMissing = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).code === 'ENOENT';

/** Whether a file starts like a page of fdeploy; undefined if it does not exist. */
async function isOwn(file: string): Promise<boolean | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
  try {
    const start = Buffer.alloc(PAGE_MARK.length);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    return bytesRead === 0 || start.toString('latin1') === PAGE_MARK;
  } finally {
    await handle.close();
  }
}

/**
 * Checks that the report replaces only files of fdeploy in its folder.
 * @returns whether there is a page of fdeploy
 * @throws FdeployError OUTPUT_EXISTS
 */
export async function checkFolder(folder: string): Promise<boolean> {
  const [page, part] = await Promise.all([PAGE, PART].map((name) => isOwn(join(folder, name))));
  if (page === false) throw foreign(join(folder, PAGE), 'is not a report of fdeploy');
  if (part === false) throw foreign(join(folder, PART), 'is not a report of fdeploy');
  const thumbs = join(folder, THUMBNAILS);
  const stats = await lstat(thumbs).catch((thrown: unknown) => {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  });
  if (stats?.isDirectory() === false) throw foreign(thumbs, 'is no folder');
  if (stats && page === undefined && part === undefined) throw foreign(thumbs, 'does not belong to a report');
  return page === true;
}

function foreign(file: string, what: string): FdeployError {
  const message = `"${file}" exists and ${what}; choose another folder`;
  return new FdeployError('OUTPUT_EXISTS', message, { file });
}

/** Removes a report's thumbnails and their folders if these are then empty. Other files stay. */
export async function removeThumbnails(folder: string): Promise<void> {
  const thumbs = join(folder, THUMBNAILS);
  const entries = await readdir(thumbs, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const inside = join(thumbs, entry.name);
    for (const name of await readdir(inside)) {
      if (isThumbnail(`${THUMBNAILS}/${entry.name}/${name}`)) await rm(join(inside, name), { force: true });
    }
    await removeEmpty(inside);
  }
  await removeEmpty(thumbs);
}

async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined); // it contains other files or does not exist
}
