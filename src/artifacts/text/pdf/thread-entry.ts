/** The thread that makes a searchable PDF: a document that hangs or breaks the library affects only this thread. */
import { messageOf } from '../../../contracts/errors.js';
import { parentPort, workerData } from 'node:worker_threads';
import { writeAtomically } from '../../../files/write-atomically.js';
import { searchablePdf } from './make.js';
import type { PdfOrder } from './thread.js';

const { file, source, pages, version } = workerData as PdfOrder;
let failure: string | undefined;
try {
  await writeAtomically(file, await searchablePdf(source, pages, version));
} catch (error) {
  failure = messageOf(error);
}
parentPort?.postMessage({ failure });
