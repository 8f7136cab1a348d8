import { writeFile } from 'node:fs/promises';
import type { Options } from 'write-file-atomic';

/**
 * Writes a file atomically: under a temporary name in the same folder, which is then renamed.
 *
 * Node writes the bytes, because write-file-atomic uses a single write call. If the disk fills up or the file exceeds 2 GiB,
 * that call writes only a part, and write-file-atomic would still rename the file.
 * @param content in pieces where it may not fit in memory
 * @param durable false: do not sync the file to disk; for files that can be made again
 * @throws errors of the file system and of `content`; an existing file is then unchanged
 */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array | AsyncIterable<string | Uint8Array>,
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
