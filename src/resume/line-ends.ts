import { createReadStream } from 'node:fs';

const NEWLINE = 0x0a;
const QUOTE = 0x22;
/** Line ends and the bytes of a byte order mark: a line of only these is empty. */
const EMPTY: ReadonlySet<number> = new Set([NEWLINE, 0x0d, 0xef, 0xbb, 0xbf]);

/**
 * End of the last complete line of a file. What follows it is an incomplete line from an interrupted run.
 * @param quoted line ends between quotes belong to a row, as CSV has them; empty lines at the end do not count, so that
 *   a file of nothing else has no header yet
 * @returns bytes from the start, and the size of the file
 */
export async function wholeLinesEnd(file: string, quoted: boolean): Promise<{ end: number; size: number }> {
  let end = 0;
  let size = 0;
  let inQuotes = false;
  let filled = false;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (!quoted) {
      const last = chunk.lastIndexOf(NEWLINE);
      if (last !== -1) end = size + last + 1;
    } else {
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]!;
        if (byte === QUOTE) inQuotes = !inQuotes;
        filled ||= !EMPTY.has(byte);
        if (byte !== NEWLINE || inQuotes || !filled) continue;
        end = size + i + 1;
        filled = false;
      }
    }
    size += chunk.length;
  }
  return { end, size };
}
