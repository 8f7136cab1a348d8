import type { FileLocator, Source } from '../../contracts/source.js';
import { locatorKey, type FetchedFile, type RemoteFiles } from '../../sources/remote/remote-files.js';

/** A use of a fetched file. */
export interface SharedFile {
  readonly locator: FileLocator;
  release(): void;
}

interface Document {
  readonly key: string;
  readonly file: Promise<FetchedFile>;
  users: number;
}

/**
 * Fetches sources; the pages of a document share one file. It is kept until another document is no longer used, since its next
 * pages may follow.
 */
export class SharedFiles {
  readonly #files: RemoteFiles;
  readonly #documents = new Map<string, Document>();
  #idle: Document | undefined;

  constructor(files: RemoteFiles) {
    this.#files = files;
  }

  /** @throws as `RemoteFiles.fetch` does */
  async take(source: Source, signal: AbortSignal): Promise<SharedFile> {
    if (source.page === undefined) return this.#files.fetch(source, signal);
    const key = locatorKey(source.locator);
    let document = this.#documents.get(key);
    if (!document) {
      document = { key, file: this.#files.fetch(source, signal), users: 0 };
      this.#documents.set(key, document);
    }
    const own = document;
    own.users++;
    if (this.#idle === own) this.#idle = undefined;
    try {
      const { locator } = await own.file;
      return {
        locator,
        release: () => {
          this.#leave(own);
        },
      };
    } catch (error) {
      this.#documents.delete(key);
      throw error;
    }
  }

  #leave(document: Document): void {
    document.users--;
    if (document.users > 0) return;
    const old = this.#idle;
    this.#idle = document;
    if (!old) return;
    this.#documents.delete(old.key);
    void old.file.then((file) => {
      file.release();
    });
  }
}
