import pLimit from 'p-limit';
import type { Source } from '../contracts/source.js';
import type { DecodeOptions, Picture } from '../contracts/picture.js';
import type { EncodedPicture } from '../images/decode.js';
import { documentFile, fileKey, pageName, type DocumentFile } from './document-file.js';
import { documentKind } from './kind.js';
import { PdfThread } from './pdf/thread.js';
import { tiffPage } from './tiff/page-bytes.js';
import { TiffFile } from './tiff/tiff-file.js';

/** Dots per inch of PDF pages. */
const DEFAULT_DPI = 200;

/** A page that was read: the bytes of a picture, or a PDF's page, which has none and is drawn by `render`. */
export interface ReadPage extends EncodedPicture {
  readonly render?: (options: DecodeOptions) => Promise<Picture>;
}

/** Reads pages of documents. The document of the last page stays open. */
export class PageReader {
  readonly #pdfs = new PdfThread();
  readonly #inTurn = pLimit(1);
  #tiff: { readonly key: string; readonly file: TiffFile } | undefined;

  /**
   * @param page from 1
   * @throws FdeployError of kind `picture`
   */
  async read(source: Source, page: number): Promise<ReadPage> {
    const file = documentFile(source.locator, source.name);
    const name = pageName(source.name, page);
    if ((await documentKind(file)) !== 'pdf') return { bytes: await this.#tiffPage(file, page), name };
    return {
      bytes: Buffer.alloc(0),
      name,
      render: ({ dpi = DEFAULT_DPI, maxPixels }) => this.#pdfs.render(file, page, { dpi, maxPixels }),
    };
  }

  /** One at a time, so that no file is closed while it is read. */
  #tiffPage(file: DocumentFile, page: number): Promise<Buffer> {
    return this.#inTurn(async () => {
      const key = fileKey(file);
      if (this.#tiff?.key !== key) {
        const opened = await TiffFile.open(file);
        this.#tiff?.file.close();
        this.#tiff = { key, file: opened };
      }
      return tiffPage(this.#tiff.file, page);
    });
  }
}
