const GIF = { extension: 0x21, picture: 0x2c } as const;

/** A block of a GIF. */
export interface GifBlock {
  readonly kind: 'extension' | 'picture';
  /** Offset of its end; undefined if the file ends before. */
  readonly end: number | undefined;
}

/** The blocks of a GIF, by following their lengths, up to its trailer, damage or the end of the file. */
export function* gifBlocks(file: Buffer): Generator<GifBlock> {
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(file[10] ?? 0);
  for (;;) {
    const mark = file[at];
    if (mark !== undefined && mark !== GIF.extension && mark !== GIF.picture) return;
    const kind = mark === GIF.picture ? 'picture' : 'extension';
    if (kind === 'picture') at += 11 + tableBytes(file[at + 9] ?? 0);
    else at += 2;
    // Parts of data, each preceded by its length, up to an empty one.
    while (at < file.length && file[at] !== 0) at += 1 + file[at]!;
    at++;
    yield { kind, end: at > file.length ? undefined : at };
    if (at > file.length) return;
  }
}
