import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file that may not fit in memory: under a temporary name in the same folder, which is then renamed.
 * @throws errors of the file system and of `chunks`; an existing file is then unchanged
 */
export async function streamAtomically(
  file: string,
  chunks: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const temporary = `${file}.${process.pid}.part`;
  const handle = await open(temporary, 'w');
  try {
    try {
      for await (const chunk of chunks) await handle.writeFile(chunk);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
