import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../files/make-folder.js';
import { quoted, Refusal } from './refusal.js';

/** Limits for an archive of one model. Official exports hold up to 10 files and 1 GB; a Paddle 1 export has a file for each parameter. */
const MAX_ENTRIES = 1000;
const MAX_BYTES = 4 * 1024 ** 3;
/** Weights hardly compress. Up to `RATIO_FREE` bytes the ratio is not looked at: configs compress well. */
const MAX_RATIO = 100;
const RATIO_FREE = 64 * 1024 ** 2;
const MAX_DEPTH = 16;
const MAX_NAME_BYTES = 255;

/** What macOS adds to archives. */
const LEFT_OUT = /(^|\/)(__MACOSX(\/|$)|\._[^/]*$|\.DS_Store$)/;

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const UNFIT_CHARACTERS = /[\u0000-\u001f\u007f\\:]/;

/** A file that is being written. */
export interface EntryWriter {
  write(chunk: Uint8Array): void;
  end(): void;
}

/**
 * The folder that an archive is unpacked into, with the rules for its entries: names that stay inside on every system and
 * occur once, and limits of number and size that are checked before anything is written.
 */
export class Destination {
  readonly #kinds = new Map<string, 'file' | 'folder'>();
  readonly #files: string[] = [];
  readonly #open = new Set<number>();
  #entries = 0;
  #bytes = 0;

  /**
   * @param folder exists and is empty
   * @param archiveBytes size of the archive
   */
  constructor(
    readonly folder: string,
    readonly archiveBytes: number,
  ) {}

  /** Number of files that were added. */
  get files(): number {
    return this.#files.length;
  }

  /** @throws Refusal if an archive of this many entries is refused */
  checkCount(entries: number): void {
    if (entries > MAX_ENTRIES) throw new Refusal(`has more than ${MAX_ENTRIES} entries`);
  }

  /** @throws Refusal */
  addFolder(name: string): void {
    const segments = this.#admit(name, 0);
    if (segments.length === 0 || LEFT_OUT.test(name)) return;
    this.#claim(segments, 'folder', name);
    makeFolder(path.join(this.folder, ...segments));
  }

  /**
   * Creates a file.
   * @param bytes its size, as the archive declares it
   * @returns undefined for a file that is left out
   * @throws Refusal; what the file system throws
   */
  addFile(name: string, bytes: number): EntryWriter | undefined {
    const segments = this.#admit(name, bytes);
    if (LEFT_OUT.test(name)) return undefined;
    if (segments.length === 0) throw new Refusal(`has a file with the name ${quoted(name)}`);
    this.#claim(segments, 'file', name);
    makeFolder(path.join(this.folder, ...segments.slice(0, -1)));
    // `wx` creates the file or fails: it follows no link.
    const file = path.join(this.folder, ...segments);
    const descriptor = openSync(file, 'wx');
    this.#files.push(file);
    this.#open.add(descriptor);
    return {
      write: (chunk) => {
        for (let at = 0; at < chunk.length;) at += writeSync(descriptor, chunk, at);
      },
      end: () => {
        this.#open.delete(descriptor);
        closeSync(descriptor);
      },
    };
  }

  /** Writes all files to the disk. @throws what the file system throws */
  sync(): void {
    for (const file of this.#files) {
      const descriptor = openSync(file, 'r+');
      try {
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    }
  }

  /** Closes files that were not ended. */
  close(): void {
    for (const descriptor of this.#open) closeSync(descriptor);
    this.#open.clear();
  }

  /** @returns the name's segments; none for the archive's root */
  #admit(name: string, bytes: number): string[] {
    this.checkCount(++this.#entries);
    this.#bytes += bytes;
    if (this.#bytes > MAX_BYTES) throw new Refusal(`unpacks to more than ${MAX_BYTES / 1024 ** 3} GiB`);
    if (this.#bytes > RATIO_FREE && this.#bytes > MAX_RATIO * this.archiveBytes) {
      throw new Refusal(`unpacks to more than ${MAX_RATIO} times its size`);
    }
    const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
    const isUnfit =
      name.startsWith('/') ||
      UNFIT_CHARACTERS.test(name) ||
      segments.length > MAX_DEPTH ||
      segments.some((segment) => segment === '..' || Buffer.byteLength(segment) > MAX_NAME_BYTES);
    if (isUnfit) throw new Refusal(`has an entry with the unsafe name ${quoted(name)}`);
    return segments;
  }

  /** Names that differ in case or Unicode form only are one file on some systems. */
  #claim(segments: readonly string[], kind: 'file' | 'folder', name: string): void {
    const keys = segments.map((_, at) =>
      segments
        .slice(0, at + 1)
        .join('/')
        .normalize('NFC')
        .toLowerCase(),
    );
    const own = keys.pop()!;
    for (const key of keys) {
      if (this.#kinds.get(key) === 'file')
        throw new Refusal(`has a file and a folder of one name: ${quoted(name)}`);
      this.#kinds.set(key, 'folder');
    }
    const earlier = this.#kinds.get(own);
    if (earlier !== undefined && !(earlier === 'folder' && kind === 'folder')) {
      throw new Refusal(`has two entries with the name ${quoted(name)}`);
    }
    this.#kinds.set(own, kind);
  }
}
