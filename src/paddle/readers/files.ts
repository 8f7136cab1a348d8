import { constants } from 'node:buffer';
import { FdeployError } from '../../contracts/errors.js';
import { readNetworkFile } from '../../files/network-file.js';

const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1';

/**
 * A file's bytes, also past the 2 GiB at which `readFile` gives up.
 * @throws FdeployError MODEL_NOT_FOUND if it cannot be read, MODEL_INVALID if it is not a file or has more bytes than an
 *   array of this Node.js, LFS_POINTER where Git LFS has left its pointer in its place
 */
export async function readModelFile(file: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readNetworkFile(file, constants.MAX_LENGTH);
  } catch (cause) {
    if (cause instanceof FdeployError) throw cause;
    throw new FdeployError('MODEL_NOT_FOUND', `${file} cannot be read`, { file, cause });
  }
  refuseLfsPointer(bytes, file);
  return bytes;
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
