/** The thread that has PDFium: a document that hangs or breaks it affects only this thread. */
import { parentPort } from 'node:worker_threads';
import { FdeployError, serializeError } from '../../contracts/errors.js';
import { fileKey } from '../document-file.js';
import { PdfDocument } from './document.js';
import { PdfEngine } from './engine.js';
import type { PdfAnswer, PdfRequest, SentFile } from './messages.js';

let engine: PdfEngine | undefined;
/** The document of the last request stays open. */
let last: { readonly key: string; readonly document: PdfDocument } | undefined;

async function documentOf({ name, path: sent }: SentFile): Promise<PdfDocument> {
  const file = { name, path: typeof sent === 'string' ? sent : Buffer.from(sent) };
  const key = fileKey(file);
  if (last?.key === key) return last.document;
  last?.document.close();
  last = undefined;
  engine ??= await PdfEngine.start();
  last = { key, document: PdfDocument.open(engine, file) };
  return last.document;
}

async function answerTo(request: PdfRequest): Promise<PdfAnswer> {
  try {
    const document = await documentOf(request.file);
    if (request.type === 'count') return { type: 'counted', pages: document.pages };
    const page = document.render(request.page, request.settings);
    return { type: 'rendered', page, heapBytes: engine!.heapBytes };
  } catch (thrown) {
    if (thrown instanceof FdeployError) return { type: 'failed', error: serializeError(thrown) };
    const reason = engine?.exceededMemory === true ? 'it needs too much memory' : 'it is damaged';
    return { type: 'broken', reason };
  }
}

parentPort?.on('message', (request: PdfRequest) => {
  void answerTo(request).then((answer) => {
    parentPort?.postMessage(answer, answer.type === 'rendered' ? [answer.page.data.buffer] : []);
  });
});
