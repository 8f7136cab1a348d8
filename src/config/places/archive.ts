import { closeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { archiveKind, withoutEnding } from '../../archives/kinds.js';
import { openNetworkFile } from '../../files/network-file.js';
import { readAt } from '../../files/guarded-file.js';
import { cacheRoot } from '../cache-location.js';
import { failIfLfsPointer, LFS_PROBE_BYTES } from '../lfs-pointer.js';
import type { Place } from './place.js';

/** An archive of an export, as the suites publish them. It is unpacked once, into the cache. */
export const archive: Place = {
  takes: 'an archive of one (.tar, .tar.gz, .zip)',
  async find(name) {
    const info = await stat(name).catch(() => undefined);
    if (!info || info.isDirectory()) return undefined;
    const kind = archiveKind(name);
    if (kind === undefined) return undefined;
    await failIfPointer(name);
    const { unpackedFolder } = await import('../../archives/unpacked.js');
    const folder = await unpackedFolder(name, kind, cacheRoot());
    // The folder in the archive has the model's name; a folder of the cache has none.
    const isInner = path.basename(path.dirname(folder)) !== 'archives';
    return { path: folder, name: isInner ? path.basename(folder) : withoutEnding(path.basename(name)) };
  },
};

async function failIfPointer(file: string): Promise<void> {
  const { descriptor } = openNetworkFile(file);
  try {
    const start = Buffer.alloc(LFS_PROBE_BYTES);
    await readAt(descriptor, start, 0, LFS_PROBE_BYTES, 0);
    failIfLfsPointer(start, file);
  } finally {
    closeSync(descriptor);
  }
}
