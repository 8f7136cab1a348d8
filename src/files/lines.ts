const NEWLINE = 0x0a;

/**
 * The lines of a file or stream without line ends. Only one line is in memory.
 * @param separator a byte that ends a line
 * @param longest maximum length in bytes; a longer line is yielded in part and is the last
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer | string>,
  separator = NEWLINE,
  longest = Infinity,
): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    let from = 0;
    for (let at = bytes.indexOf(separator); at !== -1; at = bytes.indexOf(separator, from)) {
      pieces.push(bytes.subarray(from, at));
      yield joined(pieces);
      pieces = [];
      held = 0;
      from = at + 1;
    }
    if (from < bytes.length) pieces.push(bytes.subarray(from));
    held += bytes.length - from;
    if (held > longest) break;
  }
  if (held > 0) yield joined(pieces);
}

const joined = (pieces: readonly Buffer[]): Buffer =>
  pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);

/** The bytes without a UTF-8 byte order mark. */
export const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
