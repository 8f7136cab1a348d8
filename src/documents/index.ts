/** Documents and their pages: PDFs, and TIFFs with several pages. */
export { expandDocuments, type ExpandOptions } from './expand.js';
export { PageReader, type ReadPage } from './page-reader.js';
export { noPdf } from './pdf/package.js';
