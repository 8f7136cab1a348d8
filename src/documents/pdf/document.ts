import { closeSync } from 'node:fs';
import { FdeployError } from '../../contracts/errors.js';
import type { PictureSize } from '../../contracts/picture.js';
import { openRegularFile, UnfitFile } from '../../files/guarded-file.js';
import { pictureError } from '../../sources/read-file.js';
import { pageName, type DocumentFile, type RenderSettings } from '../document-file.js';
import type { PdfEngine } from './engine.js';

/** PDFium has 32-bit offsets. */
const MOST_FILE_BYTES = 2 ** 32 - 1;

/** Reasons by the codes of FPDF_GetLastError. */
const REASONS: Partial<Record<number, string>> = {
  4: 'it needs a password',
  5: 'it is encrypted in a way that is not supported',
};
const DAMAGED = 'it is damaged, or not a PDF';

const POINTS_PER_INCH = 72;
/** FPDFBitmap_BGR. */
const BGR = 2;
const CHANNELS = 3;
const WHITE = 0xffffffff;
/** FPDF_ANNOT: annotations and the values of forms are drawn too. */
const WITH_ANNOTATIONS = 1;

/** Larger pages are rendered in strips of this size, which bounds PDFium's memory. */
const STRIP_BYTES = 32 * 2 ** 20;

/** A page is never rendered to more pixels than this, whatever pictures may have. */
const MOST_PAGE_PIXELS = 100_000_000;
const LONGEST_SIDE = 50_000;

/**
 * PDFium keeps a copy of every stream that it has read, until the document is closed. A document is opened again after it has
 * read this much, so that its memory does not grow with the number of pages.
 */
const REOPEN_BYTES = 32 * 2 ** 20;

/** Pixels of a page: blue, green, red; rows from the top without padding. */
export interface RenderedPage {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

/** An open PDF. */
export class PdfDocument {
  readonly #engine: PdfEngine;
  readonly #file: DocumentFile;
  readonly #descriptor: number;
  readonly #length: number;
  #handle: number;

  private constructor(engine: PdfEngine, file: DocumentFile, descriptor: number, length: number) {
    this.#engine = engine;
    this.#file = file;
    this.#descriptor = descriptor;
    this.#length = length;
    this.#handle = this.#load();
  }

  /** @throws FdeployError IMAGE_MISSING, IMAGE_UNREADABLE or IMAGE_TOO_LARGE */
  static open(engine: PdfEngine, file: DocumentFile): PdfDocument {
    const { path, name } = file;
    const { descriptor, stats } = opened(path, name);
    try {
      return new PdfDocument(engine, file, descriptor, stats.size);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** @throws FdeployError IMAGE_UNREADABLE if it has none, or claims more than it can have */
  get pages(): number {
    const pages = this.#engine.pdfium._FPDF_GetPageCount(this.#handle);
    if (pages <= 0) throw this.#cannotOpen('it has no pages');
    // PDFium returns the number that the document states. Each page takes at least one byte.
    if (pages > this.#length)
      throw this.#cannotOpen(`it claims to have ${pages} pages in ${this.#length} bytes`);
    return pages;
  }

  /**
   * Renders a page on white.
   * @param page from 1
   * @throws FdeployError IMAGE_UNREADABLE
   */
  render(page: number, settings: RenderSettings): RenderedPage {
    const { pdfium } = this.#engine;
    if (this.#engine.bytesRead > REOPEN_BYTES) this.#reopen();
    const handle = pdfium._FPDF_LoadPage(this.#handle, page - 1);
    if (handle === 0) throw unreadable(pageName(this.#file.name, page), 'cannot be read', 'it is damaged');
    try {
      const [width, height] = [pdfium._FPDF_GetPageWidthF(handle), pdfium._FPDF_GetPageHeightF(handle)];
      if (!(width > 0 && height > 0 && width * height < Infinity)) {
        throw unreadable(pageName(this.#file.name, page), 'cannot be rendered', 'it has no size');
      }
      return this.#pixels(handle, pixelSize(width, height, settings));
    } finally {
      pdfium._FPDF_ClosePage(handle);
    }
  }

  close(): void {
    this.#engine.pdfium._FPDF_CloseDocument(this.#handle);
    closeSync(this.#descriptor);
  }

  #load(): number {
    const handle = this.#engine.load(this.#descriptor, this.#length);
    if (handle !== 0) return handle;
    throw this.#cannotOpen(REASONS[this.#engine.pdfium._FPDF_GetLastError()] ?? DAMAGED);
  }

  #reopen(): void {
    this.#engine.pdfium._FPDF_CloseDocument(this.#handle);
    this.#handle = this.#load();
  }

  #cannotOpen(reason: string): FdeployError {
    return unreadable(this.#file.name, 'cannot be opened as a PDF', reason);
  }

  #pixels(page: number, { width, height }: PictureSize): RenderedPage {
    const { pdfium } = this.#engine;
    const rowBytes = width * CHANNELS;
    const data = new Uint8Array(rowBytes * height);
    const stripRows = Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / rowBytes)));
    const bitmap = pdfium._FPDFBitmap_CreateEx(width, stripRows, BGR, 0, 0);
    if (bitmap === 0) throw new RangeError('PDFium has no memory for the pixels');
    try {
      const stride = pdfium._FPDFBitmap_GetStride(bitmap);
      const buffer = pdfium._FPDFBitmap_GetBuffer(bitmap);
      for (let top = 0; top < height; top += stripRows) {
        const rows = Math.min(stripRows, height - top);
        pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, stripRows, WHITE);
        pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, -top, width, height, 0, WITH_ANNOTATIONS);
        const strip = this.#engine.bytesAt(buffer, stride * rows);
        for (let row = 0; row < rows; row++) {
          data.set(strip.subarray(row * stride, row * stride + rowBytes), (top + row) * rowBytes);
        }
      }
    } finally {
      pdfium._FPDFBitmap_Destroy(bitmap);
    }
    return { data, width, height };
  }
}

/** The size in pixels of a page: its scale is reduced until it keeps to all limits. */
function pixelSize(width: number, height: number, { dpi, maxPixels }: RenderSettings): PictureSize {
  const most = Math.min(maxPixels, MOST_PAGE_PIXELS);
  const scale = Math.min(
    dpi / POINTS_PER_INCH,
    Math.sqrt(most / (width * height)),
    LONGEST_SIDE / Math.max(width, height),
  );
  const [x, y] = [width, height].map((points) => Math.max(1, Math.round(points * scale))) as [number, number];
  if (x * y <= most) return { width: x, height: y };
  // One more pixel by rounding, or by a side that is shorter than one.
  return x > y
    ? { width: Math.max(1, Math.floor(most / y)), height: y }
    : { width: x, height: Math.max(1, Math.floor(most / x)) };
}

function opened(path: DocumentFile['path'], name: string): ReturnType<typeof openRegularFile> {
  try {
    return openRegularFile(path, { name, maxBytes: MOST_FILE_BYTES });
  } catch (error) {
    throw error instanceof UnfitFile ? pictureError(error, name) : error;
  }
}

function unreadable(name: string, what: string, reason: string): FdeployError {
  return new FdeployError('IMAGE_UNREADABLE', `${name} ${what}: ${reason}.`, { file: name });
}
