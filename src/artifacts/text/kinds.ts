import type { Source } from '../../contracts/source.js';
import type { TextFileKind } from '../../contracts/text-files.js';
import { writeAtomically } from '../../files/write-atomically.js';
import { hocr } from './hocr.js';
import type { TextPage } from './page.js';
import { writeSearchablePdf } from './pdf/thread.js';
import { plainText } from './plain.js';

/** A document whose pages were read, or a picture. */
export interface ReadDocument {
  readonly source: Source;
  /** Its pages in order, read as they are needed. */
  readonly pages: () => AsyncIterable<TextPage>;
  /** The version of fdeploy, for the file. */
  readonly version: string;
}

interface TextFileWriter {
  /** Is appended to the name of the document. */
  readonly ending: string;
  /** @throws errors of the file system; FdeployError where the document does not allow it */
  readonly write: (file: string, document: ReadDocument) => Promise<void>;
}

/** The records have the same text. */
const MADE_AGAIN = { durable: false };

/** How to write each kind of text file. A new kind is one line here, and its name and option in `contracts/text-files.ts`. */
export const TEXT_FILES: Readonly<Record<TextFileKind, TextFileWriter>> = {
  text: {
    ending: '.txt',
    write: (file, { pages }) => writeAtomically(file, plainText(pages()), MADE_AGAIN),
  },
  hocr: {
    ending: '.hocr',
    write: (file, { pages, source, version }) =>
      writeAtomically(file, hocr(pages(), source.name, version), MADE_AGAIN),
  },
  pdf: {
    ending: '.pdf',
    write: async (file, { pages, source, version }) => {
      const read: TextPage[] = [];
      for await (const page of pages()) read.push(page);
      await writeSearchablePdf({ file, source, pages: read, version });
    },
  },
};
