import { createRequire } from 'node:module';
import path from 'node:path';

/** The optional package that has PDFium as WebAssembly. */
export const PDF_PACKAGE = '@hyzyla/pdfium';

/** What a user without the package is told. */
export const PDF_PACKAGE_HINT = `PDF files need the package ${PDF_PACKAGE}: npm install ${PDF_PACKAGE}`;

const { resolve } = createRequire(import.meta.url);

/** Why PDFs cannot be read; undefined if they can. */
export function noPdf(): string | undefined {
  return pdfiumFile() === undefined ? PDF_PACKAGE_HINT : undefined;
}

/** The file with PDFium as WebAssembly; undefined if the package is not installed. */
export function pdfiumFile(): string | undefined {
  try {
    return path.join(path.dirname(resolve(PDF_PACKAGE)), 'pdfium.wasm');
  } catch {
    return undefined;
  }
}
