import { FdeployError } from '../contracts/errors.js';
import { isMissing, readRegular, UnfitFile, whyNotRead, type FilePath } from '../files/regular-file.js';

/** An encoded file of more bytes is not read. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * The bytes of a picture's file, read once. What is no regular file is never opened, so that a pipe cannot hang the run.
 * @param name the file in messages
 * @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE or IMAGE_TOO_LARGE
 */
export async function readPictureFile(path: FilePath, name: string): Promise<Buffer> {
  try {
    return await readRegular(path, MAX_FILE_BYTES);
  } catch (error) {
    throw readError(error, name);
  }
}

function readError(error: unknown, name: string): FdeployError {
  const details = { file: name, cause: error };
  if (isMissing(error)) return new FdeployError('IMAGE_MISSING', `${name} does not exist.`, details);
  if (!(error instanceof UnfitFile))
    return new FdeployError('IMAGE_UNREADABLE', `${name} ${whyNotRead(error)}.`, details);
  const { problem, found, expected } = error;
  if (problem === 'size') {
    return new FdeployError('IMAGE_TOO_LARGE', `${name} is a file of ${found}, more than can be read.`, {
      file: name,
      expected,
      found,
    });
  }
  return new FdeployError('IMAGE_UNREADABLE', `${name} is ${found}, not a picture file.`, {
    file: name,
    expected: 'a picture file',
    found,
  });
}
