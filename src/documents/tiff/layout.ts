/** Sizes of a TIFF's parts and the order of its bytes: those of TIFF 6.0, or of BigTIFF. */
export class TiffLayout {
  readonly isBig: boolean;
  readonly #little: boolean;

  /** @param head the first 16 bytes of the file */
  constructor(head: Buffer) {
    this.#little = head[0] === 0x49;
    this.isBig = this.read(head, 2, 2) === 43;
  }

  /** Bytes of an offset, which are also those of the values that fit into an entry. */
  get offsetBytes(): number {
    return this.isBig ? 8 : 4;
  }
  /** Where the header has the offset of the first directory. */
  get firstAt(): number {
    return this.isBig ? 8 : 4;
  }
  get headerBytes(): number {
    return this.firstAt + this.offsetBytes;
  }
  get countBytes(): number {
    return this.isBig ? 8 : 2;
  }
  /** A directory's entry: tag, type, count, values or their offset. */
  get entryBytes(): number {
    return 4 + 2 * this.offsetBytes;
  }
  /** The type of offsets: LONG8 or LONG. */
  get offsetType(): number {
    return this.isBig ? 16 : 4;
  }

  /** Reads a number of 1, 2, 4 or 8 bytes. */
  read(bytes: Buffer, at: number, length: number): number {
    if (length === 8) return Number(this.#little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return this.#little ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
  }

  write(bytes: Buffer, value: number, at: number, length: number): void {
    if (length === 8) {
      if (this.#little) bytes.writeBigUInt64LE(BigInt(value), at);
      else bytes.writeBigUInt64BE(BigInt(value), at);
    } else if (this.#little) bytes.writeUIntLE(value, at, length);
    else bytes.writeUIntBE(value, at, length);
  }
}

/** Bytes of a value by its type, from 1: BYTE, ASCII, SHORT, LONG, RATIONAL, ... (TIFF 6.0, page 15; BigTIFF). */
export const TYPE_BYTES: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** An entry of a directory. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** The whole entry as it is in the file. */
  readonly raw: Buffer;
}

export function entriesOf(directory: Buffer, layout: TiffLayout): TiffEntry[] {
  const { entryBytes, offsetBytes, countBytes } = layout;
  const entries: TiffEntry[] = [];
  for (let at = countBytes; at + entryBytes <= directory.length; at += entryBytes) {
    const raw = directory.subarray(at, at + entryBytes);
    entries.push({
      tag: layout.read(raw, 0, 2),
      type: layout.read(raw, 2, 2),
      count: layout.read(raw, 4, offsetBytes),
      raw,
    });
  }
  return entries;
}
