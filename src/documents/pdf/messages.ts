import type { SerializedError } from '../../contracts/errors.js';
import type { RenderSettings } from '../document-file.js';
import type { RenderedPage } from './document.js';

/** A document's file as it is sent to a thread. */
export interface SentFile {
  readonly name: string;
  readonly path: string | Uint8Array;
}

/** A request to the thread that has PDFium. It answers one after another. */
export type PdfRequest =
  | { readonly type: 'count'; readonly file: SentFile }
  | {
      readonly type: 'render';
      readonly file: SentFile;
      readonly page: number;
      readonly settings: RenderSettings;
    };

export type PdfAnswer =
  | { readonly type: 'counted'; readonly pages: number }
  /** `heapBytes`: PDFium's memory, which never shrinks. */
  | { readonly type: 'rendered'; readonly page: RenderedPage; readonly heapBytes: number }
  | { readonly type: 'failed'; readonly error: SerializedError }
  /** PDFium threw an exception. The thread must not be used again. */
  | { readonly type: 'broken'; readonly reason: string };
