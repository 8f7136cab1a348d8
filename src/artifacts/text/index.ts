import type { PageRange } from '../../contracts/pages.js';
import type { ResultRecord } from '../../contracts/results.js';
import { sourceKey, type Source } from '../../contracts/source.js';
import type { Notify } from '../../contracts/spec.js';
import { TEXT_FILE_OPTIONS, type TextFolders } from '../../contracts/text-files.js';
import { TextDocument } from './document.js';
import { textOf, type ReadText } from './page.js';

/**
 * Loads what the writing of files needs.
 * @throws FdeployError PACKAGE_MISSING
 */
export async function requirePackages(folders: TextFolders): Promise<void> {
  if (folders.pdf === undefined) return;
  const { loadPdfLibrary } = await import('./pdf/package.js');
  await loadPdfLibrary();
}

export interface TextFilesOptions {
  readonly folders: TextFolders;
  /** Absolute path of the folder that files are placed from. Default: by the name of their source. */
  readonly base?: string | undefined;
  /** The pages of documents that the run reads. Default: all. */
  readonly pages?: readonly PageRange[] | undefined;
  /** Whether files that are there are replaced. */
  readonly replaces: boolean;
  /** Of fdeploy. */
  readonly version: string;
  readonly notify: Notify;
}

/** The same for all pages of a document. */
const documentKey = (name: string, nameBytes: string | undefined): string =>
  sourceKey({ name, ...(nameBytes !== undefined && { nameBytes }) });

/**
 * Writes the text files of a run's documents and pictures. Records come in any order: the pages of a document wait on disk until
 * its last one is there. A file is complete before the record of its last page is passed on, so a run that was killed can be
 * resumed at any point. A file that cannot be written is told and counted; the run goes on.
 */
export class TextFiles {
  readonly #options: TextFilesOptions;
  /** Documents and pictures that are listed and not complete. The read-ahead of the listing bounds them. */
  readonly #open = new Map<string, TextDocument>();
  /** Complete documents of a resumed run with pages that only the earlier output has. */
  readonly #deferred = new Map<string, TextDocument>();
  #failed = 0;

  constructor(options: TextFilesOptions) {
    this.#options = options;
  }

  /** How many files could not be written. */
  get failed(): number {
    return this.#failed;
  }

  /** Takes note of the sources of a listing. */
  async *watch(listing: AsyncIterable<Source>): AsyncGenerator<Source, void, undefined> {
    const { folders, pages, base } = this.#options;
    for await (const source of listing) {
      const key = documentKey(source.name, source.nameBytes);
      if (!this.#open.has(key)) this.#open.set(key, new TextDocument(source, folders, pages, base));
      yield source;
    }
  }

  /** An earlier run answered the source. */
  skip({ name, nameBytes, page }: Source): void {
    const key = documentKey(name, nameBytes);
    const document = this.#open.get(key);
    if (document === undefined) return;
    if (page === undefined) {
      this.#open.delete(key);
      return;
    }
    document.skip(page);
    if (!document.isSkipped) return;
    this.#open.delete(key);
    const isWhole = document.existing().length === document.files.length && !document.parts.exist;
    if (!isWhole) this.#deferred.set(key, document);
  }

  /** Takes the text of a record, and writes the files that it completes. */
  async add(record: ResultRecord): Promise<void> {
    const key = documentKey(record.image, record.imageBytes);
    const document = this.#open.get(key);
    if (document === undefined) return;
    const read = record.status === 'ok' && record.task === 'ocr' ? textOf(record) : undefined;
    if (!this.#mayWrite(document)) {
      if (record.page === undefined) this.#open.delete(key);
    } else if (record.page === undefined) {
      this.#open.delete(key);
      if (read) await this.#write(document, read);
    } else {
      await this.#addPage(document, record.page, read);
    }
    if (record.page === undefined) return;
    document.answer(record.page);
    if (!document.isComplete) return;
    this.#open.delete(key);
    if (document.refused) return;
    if (document.lost().length > 0) this.#deferred.set(key, document);
    else await this.#join(document);
  }

  /**
   * Completes what is left.
   * @param earlier the records of the output, if it can be read again: pages that are not on disk are taken from it
   * @param keeps whether the run can be resumed; if not, the pages of incomplete documents are removed
   */
  async end(earlier: AsyncIterable<ResultRecord> | undefined, keeps: boolean): Promise<void> {
    const lost = new Map([...this.#deferred].map(([key, document]) => [key, new Set(document.lost())]));
    if (earlier && [...lost.values()].some(({ size }) => size > 0)) {
      for await (const record of earlier) await this.#recover(record, lost);
    }
    for (const [key, document] of this.#deferred) {
      if (!earlier) this.#tellLost(document, lost.get(key)?.size ?? 0);
      if (!document.refused) await this.#join(document);
    }
    if (keeps) return;
    for (const document of this.#open.values()) if (!document.refused) await document.parts.remove();
  }

  /** Whether the document's files may be written: false if one is there that the run must not replace. */
  #mayWrite(document: TextDocument): boolean {
    if (document.refused) return false;
    if (this.#options.replaces || document.hasBegun) return true;
    const [there] = document.existing();
    if (there !== undefined) this.#refuse(document, `'${there}' exists: --overwrite replaces it`);
    document.hasBegun = true;
    return there === undefined;
  }

  async #addPage(document: TextDocument, page: number, read: ReadText | undefined): Promise<void> {
    try {
      if (read) await document.parts.write(page, read);
      else await document.parts.drop(page);
    } catch (error) {
      this.#refuse(document, `the text of page ${page} cannot be kept: ${(error as Error).message}`);
    }
  }

  async #recover(record: ResultRecord, lost: ReadonlyMap<string, Set<number>>): Promise<void> {
    if (record.page === undefined || record.status !== 'ok' || record.task !== 'ocr') return;
    const key = documentKey(record.image, record.imageBytes);
    const document = this.#deferred.get(key);
    if (document && lost.get(key)?.delete(record.page)) {
      await this.#addPage(document, record.page, textOf(record));
    }
  }

  #tellLost(document: TextDocument, pages: number): void {
    if (pages === 0) return;
    const [, file = ''] = document.files[0] ?? [];
    this.#options.notify(
      `${pages} pages of '${document.source.name}' are empty in '${file}': an earlier run predicted them, and a csv output does not have what is needed`,
    );
  }

  async #join(document: TextDocument): Promise<void> {
    await this.#write(document);
    await document.parts.remove();
  }

  async #write(document: TextDocument, only?: ReadText): Promise<void> {
    for (const [kind, file] of document.files) {
      try {
        await document.write(kind, file, this.#options.version, only);
      } catch (error) {
        this.#tell(`${TEXT_FILE_OPTIONS[kind]}: '${file}' cannot be written: ${(error as Error).message}`);
      }
    }
  }

  #refuse(document: TextDocument, reason: string): void {
    document.refused = true;
    this.#tell(`no text files of '${document.source.name}' are written: ${reason}`);
  }

  #tell(sentence: string): void {
    this.#failed++;
    this.#options.notify(sentence);
  }
}
