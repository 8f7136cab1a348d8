import { asFdeployError, FdeployError, serializeError } from '../contracts/errors.js';
import { inRanges, type PageRange } from '../contracts/pages.js';
import type { Source } from '../contracts/source.js';
import type { Notify } from '../contracts/spec.js';
import type { RemoteFiles } from '../sources/remote/remote-files.js';
import { documentFile, type DocumentFile } from './document-file.js';
import { documentKind, mayBeDocument } from './kind.js';
import { PDF_PACKAGE_HINT, pdfiumFile } from './pdf/package.js';
import { PdfThread } from './pdf/thread.js';
import { TiffFile } from './tiff/tiff-file.js';

export interface ExpandOptions {
  /** The pages to predict; all if it is left out. Pictures with one page are always predicted. */
  readonly pages?: readonly PageRange[] | undefined;
  /** Other runs predict the other sources, so this one may have no page. */
  readonly partOfRun?: boolean;
  /** Fetches documents that are not files of this machine, to count their pages, and keeps them for a while. */
  readonly remote: RemoteFiles;
  /** Ends the counting of pages. */
  readonly signal?: AbortSignal;
  readonly notify: Notify;
}

/**
 * Replaces documents by their pages: PDFs, and TIFFs with several pages. A document that cannot be opened stays one source, with
 * the reason.
 * @throws FdeployError NO_IMAGES if no document has any of `pages`, and there is nothing else, in a whole run
 */
export async function* expandDocuments(
  sources: AsyncIterable<Source>,
  { pages, partOfRun = false, remote, signal, notify }: ExpandOptions,
): AsyncGenerator<Source, void, undefined> {
  const counter = new PageCounter(remote, signal);
  const stop = (): void => {
    counter.end();
  };
  signal?.addEventListener('abort', stop, { once: true });
  let given = 0;
  const without: string[] = [];
  try {
    for await (const source of sources) {
      const count = !source.failure && mayBeDocument(source) ? await counter.count(source) : undefined;
      if (typeof count !== 'number') {
        given++;
        yield count ?? source;
        continue;
      }
      const before = given;
      for (let page = 1; page <= count; page++) {
        if (pages && !inRanges(pages, page)) continue;
        given++;
        yield { ...source, page, pages: count };
      }
      if (given === before) without.push(source.name);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
  const [first] = without;
  if (first === undefined) return;
  const others = without.length === 1 ? '' : ` and ${without.length - 1} more`;
  const sentence = `none of the pages of --pages is in '${first}'${others}`;
  if (given === 0 && !partOfRun) throw new FdeployError('NO_IMAGES', sentence, { file: first });
  notify(sentence);
}

/** Counts the pages of documents. */
class PageCounter {
  readonly #pdfs = new PdfThread();
  readonly #remote: RemoteFiles;
  readonly #signal: AbortSignal;

  constructor(remote: RemoteFiles, signal = new AbortController().signal) {
    this.#remote = remote;
    this.#signal = signal;
  }

  /** The number of pages; the source of a document that cannot be opened; undefined for a picture with one page. */
  async count(source: Source): Promise<number | Source | undefined> {
    try {
      if (source.locator.kind === 'file') return await this.#countFile(source);
      const fetched = await this.#remote.fetch(source, this.#signal);
      try {
        return await this.#countFile({ ...source, locator: fetched.locator });
      } finally {
        this.#remote.keep(source, fetched);
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      return { ...source, failure: serializeError(asFdeployError(error, 'IMAGE_UNREADABLE', source.name)) };
    }
  }

  end(): void {
    this.#pdfs.end();
  }

  async #countFile(source: Source): Promise<number | undefined> {
    const file = documentFile(source.locator, source.name);
    const kind = await documentKind(file);
    if (kind === undefined) return undefined;
    return kind === 'pdf' ? await this.#countPdf(file) : await countTiff(file);
  }

  #countPdf(file: DocumentFile): Promise<number> {
    if (pdfiumFile() !== undefined) return this.#pdfs.count(file);
    throw new FdeployError('IMAGE_UNREADABLE', `${file.name} cannot be opened: ${PDF_PACKAGE_HINT}`, {
      file: file.name,
    });
  }
}

async function countTiff(file: DocumentFile): Promise<number | undefined> {
  const tiff = await TiffFile.open(file);
  tiff.close();
  return tiff.pages > 1 ? tiff.pages : undefined;
}
