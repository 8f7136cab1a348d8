import path from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { searchablePdf } from '#src/artifacts/text/pdf/make.js';
import type { Source } from '#src/contracts/source.js';

const name = path.resolve('fixtures/ocr/pictures/digits_a.png');
const source = { name, locator: { kind: 'file', path: name } } as unknown as Source;

/** What PDFium extracts from a PDF of a line. */
async function extracted(text: string): Promise<string> {
  const quad = [[20, 20], [420, 20], [420, 60], [20, 60]] as const; // prettier-ignore
  const read = { width: 640, height: 480, result: { text, lines: [{ text, score: 1, quad }] } };
  const bytes = await searchablePdf(source, [{ number: 1, read: read as never }], '0');
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(bytes);
  try {
    return document.getPage(0).getText();
  } finally {
    document.destroy();
    library.destroy();
  }
}

it.each(['total 12.50', 'مرحبا', 'مرحبا 2024', 'שלום world', 'abc مرحبا def'])(
  'the text of a searchable PDF reads %j',
  async (text) => {
    expect((await extracted(text)).trim()).toBe(text);
  },
);
