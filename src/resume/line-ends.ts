import { createReadStream } from 'node:fs';

const NEWLINE = 0x0a;
const QUOTE = 0x22;

/**
 * Where the last whole line of a file ends: what stands behind it was torn off when a run was ended.
 * @param quoted line ends between quotes belong to a row, as CSV has them
 * @returns bytes from the start, and the size of the file
 */
export async function wholeLinesEnd(file: string, quoted: boolean): Promise<{ end: number; size: number }> {
  let end = 0;
  let size = 0;
  let inQuotes = false;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (!quoted) {
      const last = chunk.lastIndexOf(NEWLINE);
      if (last !== -1) end = size + last + 1;
    } else {
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]!;
        if (byte === QUOTE) inQuotes = !inQuotes;
        else if (byte === NEWLINE && !inQuotes) end = size + i + 1;
      }
    }
    size += chunk.length;
  }
  return { end, size };
}
