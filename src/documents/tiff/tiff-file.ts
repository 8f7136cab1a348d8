import { closeSync } from 'node:fs';
import { FdeployError } from '../../contracts/errors.js';
import { openRegularFile, readAt, UnfitFile } from '../../files/guarded-file.js';
import { pictureError } from '../../sources/read-file.js';
import type { DocumentFile } from '../document-file.js';
import { entriesOf, TiffLayout, type TiffEntry } from './layout.js';

const HEAD_BYTES = 16;
const MOST_ENTRIES = 65_535;
const MOST_AT_ONCE = 2 ** 30;
/** A longer chain of directories is not followed: it is made, not scanned. */
const MOST_DIRECTORIES = 1_000_000;

const NEW_SUBFILE_TYPE = 254;
/** Bits of NewSubfileType: a smaller version of another page, a mask of another page. */
const NO_PAGE = 1 | 4;

/** A directory of a TIFF, and where the next one is. */
interface Directory {
  readonly entries: TiffEntry[];
  readonly next: number;
}

/** An open TIFF. Nothing but the parts that are asked for is read. */
export class TiffFile {
  readonly name: string;
  readonly length: number;
  readonly layout: TiffLayout;
  readonly #descriptor: number;
  /** Offsets of the pages' directories. */
  #pages: readonly number[] = [];

  private constructor(name: string, descriptor: number, length: number, head: Buffer) {
    this.name = name;
    this.#descriptor = descriptor;
    this.length = length;
    this.layout = new TiffLayout(head);
  }

  /**
   * Opens a file that starts as a TIFF does, and finds its pages.
   * @throws FdeployError IMAGE_MISSING or IMAGE_UNREADABLE
   */
  static async open({ name, path }: DocumentFile): Promise<TiffFile> {
    const { descriptor, stats } = openedTiff(path, name);
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      await readAt(descriptor, head, 0, HEAD_BYTES, 0);
      const file = new TiffFile(name, descriptor, stats.size, head);
      file.#pages = await file.#findPages(
        file.layout.read(head, file.layout.firstAt, file.layout.offsetBytes),
      );
      return file;
    } catch (error) {
      closeSync(descriptor);
      throw error instanceof FdeployError ? error : damaged(name, error);
    }
  }

  /** The number of pages; smaller versions of pages and masks are none. */
  get pages(): number {
    return this.#pages.length;
  }

  /** @param page from 1 */
  offsetOf(page: number): number {
    const offset = this.#pages[page - 1];
    if (offset !== undefined) return offset;
    throw new FdeployError('IMAGE_UNREADABLE', `${this.name} has only ${this.pages} pages.`, {
      file: this.name,
    });
  }

  /** The entries of the directory at `offset`; undefined if it is not within the file. */
  async directory(offset: number): Promise<Directory | undefined> {
    const { countBytes, entryBytes, offsetBytes } = this.layout;
    if (offset < HEAD_BYTES / 2 || offset + countBytes > this.length) return undefined;
    const count = this.layout.read(await this.bytes(offset, countBytes), 0, countBytes);
    const length = countBytes + count * entryBytes;
    if (count === 0 || count > MOST_ENTRIES || offset + length > this.length) return undefined;
    const bytes = await this.bytes(offset, Math.min(length + offsetBytes, this.length - offset));
    const next = bytes.length < length + offsetBytes ? 0 : this.layout.read(bytes, length, offsetBytes);
    return { entries: entriesOf(bytes.subarray(0, length), this.layout), next };
  }

  /** Bytes of the file; fewer where it ends. */
  async bytes(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(length);
    return buffer.subarray(0, await this.readInto(buffer, 0, offset, length));
  }

  /**
   * Reads bytes of the file to `at` in a buffer.
   * @returns how many there were
   */
  async readInto(buffer: Buffer, at: number, offset: number, length: number): Promise<number> {
    for (let filled = 0; filled < length;) {
      const most = Math.min(length - filled, MOST_AT_ONCE);
      const count = await readAt(this.#descriptor, buffer, at + filled, most, offset + filled);
      if (count === 0) return filled;
      filled += count;
    }
    return length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** A page whose directory the file does not hold counts as well: it gets an error record. */
  async #findPages(first: number): Promise<number[]> {
    const pages: number[] = [];
    const seen = new Set<number>();
    for (let offset = first; offset !== 0 && !seen.has(offset) && seen.size < MOST_DIRECTORIES;) {
      seen.add(offset);
      const directory = await this.directory(offset);
      if (!directory || this.#isPage(directory.entries)) pages.push(offset);
      offset = directory?.next ?? 0;
    }
    return pages;
  }

  #isPage(entries: readonly TiffEntry[]): boolean {
    const { layout } = this;
    const kind = entries.find(({ tag }) => tag === NEW_SUBFILE_TYPE);
    return kind === undefined || (layout.read(kind.raw, 4 + layout.offsetBytes, 4) & NO_PAGE) === 0;
  }
}

function openedTiff(path: DocumentFile['path'], name: string): ReturnType<typeof openRegularFile> {
  try {
    return openRegularFile(path, { name });
  } catch (error) {
    throw error instanceof UnfitFile ? pictureError(error, name) : error;
  }
}

function damaged(name: string, cause: unknown): FdeployError {
  return new FdeployError(
    'IMAGE_UNREADABLE',
    `${name} cannot be read as a TIFF: ${(cause as Error).message}`,
    {
      file: name,
      cause,
    },
  );
}
