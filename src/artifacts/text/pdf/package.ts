import type * as PdfLibrary from '@cantoo/pdf-lib';
import { FdeployError } from '../../../contracts/errors.js';

/** The optional package that reads and writes PDFs. */
const PDF_LIBRARY = '@cantoo/pdf-lib';

/** @throws FdeployError PACKAGE_MISSING */
export async function loadPdfLibrary(): Promise<typeof PdfLibrary> {
  try {
    return await import('@cantoo/pdf-lib');
  } catch (cause) {
    const message = `--save-pdf needs the package ${PDF_LIBRARY}: npm install ${PDF_LIBRARY}`;
    throw new FdeployError('PACKAGE_MISSING', message, { cause });
  }
}
