import { writeFile } from 'node:fs/promises';
import type { Options } from 'write-file-atomic';

/**
 * Writes a file as a whole or not at all: under a temporary name in the same folder, which is then renamed.
 *
 * The bytes are written by Node: write-file-atomic itself makes one call for them, which writes less than all where the disk
 * fills up or a file has more than 2 GiB, and then renames what is there.
 * @param durable false: the bytes may still be lost when the machine stops; for files that are cheap to make again
 * @throws what the file system throws; what was there before is then unchanged
 */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array,
  { durable = true }: { durable?: boolean } = {},
): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  const options: Options = {
    fsync: durable,
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- its types are behind: the promise is waited for
    tmpfileCreated: (temporary) => writeFile(temporary, content),
  };
  await writeFileAtomic(file, '', options);
}
