import { FdeployError } from '../contracts/errors.js';
import { readRegularFile, UnfitFile, type FilePath } from '../files/guarded-file.js';

/** A picture's file: its path, or the path's bytes where they are not UTF-8. */
export type PicturePath = FilePath;

/** Larger files are not read. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * The bytes of a picture's file. Only regular files are opened, so that a pipe cannot hang the run.
 * @param name of the file in messages
 * @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE or IMAGE_TOO_LARGE
 */
export async function readPictureFile(path: PicturePath, name: string): Promise<Buffer> {
  try {
    return await readRegularFile(path, { name, maxBytes: MAX_FILE_BYTES });
  } catch (error) {
    throw error instanceof UnfitFile ? pictureError(error, name) : error;
  }
}

/** The error of a picture's record for a file that cannot be read. */
export function pictureError({ fault, reason, found, cause }: UnfitFile, file: string): FdeployError {
  switch (fault) {
    case 'missing':
    case 'dangling':
      return new FdeployError('IMAGE_MISSING', `${file} does not exist.`, { file, cause });
    case 'irregular':
      return new FdeployError('IMAGE_UNREADABLE', `${file} is ${found}, not a picture file.`, {
        file,
        expected: 'a picture file',
        found,
      });
    case 'too large':
      return new FdeployError('IMAGE_TOO_LARGE', `${file} is a file of ${found}, more than can be read.`, {
        file,
        expected: `at most ${MAX_FILE_BYTES} bytes`,
        found,
      });
    case 'unreadable':
      return new FdeployError('IMAGE_UNREADABLE', `${file} ${reason}.`, { file, cause });
  }
}
