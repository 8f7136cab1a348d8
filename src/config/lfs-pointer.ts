import { FdeployError } from '../contracts/errors.js';

const FIRST_LINE = 'version https://git-lfs.github.com/spec/v1';

/** Number of bytes at the start of a file that `isLfsPointer` needs. */
export const LFS_PROBE_BYTES = FIRST_LINE.length;

/** Whether a file starts like a Git LFS pointer, which stands for a file that was not downloaded. */
export function isLfsPointer(start: Uint8Array | string): boolean {
  if (typeof start === 'string') return start.startsWith(FIRST_LINE);
  return Buffer.from(start.subarray(0, LFS_PROBE_BYTES)).toString('latin1') === FIRST_LINE;
}

/** @throws FdeployError LFS_POINTER naming the file */
export function failIfLfsPointer(start: Uint8Array | string, file: string): void {
  if (!isLfsPointer(start)) return;
  const message = `${file} is a Git LFS pointer, not the file itself: run "git lfs pull" where it came from`;
  throw new FdeployError('LFS_POINTER', message, { file });
}
