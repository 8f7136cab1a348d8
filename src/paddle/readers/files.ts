import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { FdeployError } from '../../contracts/errors.js';

const CHUNK = 1 << 30; // one read call takes less than 2 GiB
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1';

/**
 * A file's bytes, also past the 2 GiB at which `readFile` gives up.
 * @throws FdeployError MODEL_NOT_FOUND where it cannot be read, LFS_POINTER where Git LFS has left its pointer in its place
 */
export async function readModelFile(file: string): Promise<Uint8Array> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (cause) {
    throw new FdeployError('MODEL_NOT_FOUND', `${file} cannot be opened`, { file, cause });
  }
  try {
    const { size } = await handle.stat();
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await handle.read(bytes, filled, Math.min(CHUNK, size - filled), filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    refuseLfsPointer(bytes, file);
    return bytes.subarray(0, filled);
  } catch (cause) {
    if (cause instanceof FdeployError) throw cause;
    throw new FdeployError('MODEL_NOT_FOUND', `${file} cannot be read`, { file, cause });
  } finally {
    await handle.close();
  }
}

function refuseLfsPointer(bytes: Uint8Array, file: string): void {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LFS_POINTER.length));
  if (start.toString('latin1') === LFS_POINTER)
    throw new FdeployError(
      'LFS_POINTER',
      `${file} is a Git LFS pointer, not the file itself: run \`git lfs pull\` where it came from`,
      { file },
    );
}
