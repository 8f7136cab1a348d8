import { readFileSync, readSync } from 'node:fs';
import { FdeployError } from '../../contracts/errors.js';
import {
  instantiate,
  type WasmImports,
  type WasmInstance,
  type WasmMemory,
  type WasmTable,
} from './web-assembly.js';
import { PDF_PACKAGE, PDF_PACKAGE_HINT, pdfiumFile } from './package.js';

/** Memory that PDFium may take: a page that needs more fails. */
const MOST_HEAP_BYTES = 2 ** 30;

/**
 * PDFium's functions as WebAssembly exports them: handles and pointers are numbers, and 0 means none. They are described in
 * PDFium's `public/fpdfview.h`.
 */
export interface Pdfium {
  _FPDF_InitLibrary(): void;
  _FPDF_LoadCustomDocument(access: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  _FPDF_CloseDocument(document: number): void;
  _FPDF_LoadPage(document: number, index: number): number;
  /** In points, 1/72 inch. */
  _FPDF_GetPageWidthF(page: number): number;
  _FPDF_GetPageHeightF(page: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, scan0: number, stride: number): number;
  _FPDFBitmap_FillRect(
    bitmap: number,
    left: number,
    top: number,
    width: number,
    height: number,
    argb: number,
  ): void;
  _FPDFBitmap_GetBuffer(bitmap: number): number;
  _FPDFBitmap_GetStride(bitmap: number): number;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
}

interface WasmExports {
  readonly memory: WasmMemory;
  readonly __indirect_function_table: WasmTable;
  malloc(bytes: number): number;
  free(pointer: number): void;
}

type Env = Record<string, (value: number) => number>;
type MakePdfium = (options: {
  /** Take what PDFium says to its developers. */
  print(text: string): void;
  printErr(text: string): void;
  instantiateWasm(imports: WasmImports, done: (instance: WasmInstance) => void): object;
}) => Promise<Pdfium>;

/**
 * `(module (import "e" "f" (func (param i32 i32 i32 i32) (result i32))) (export "f" (func 0)))`: makes a JavaScript function
 * one that WebAssembly can call by pointer.
 */
const CALLBACK_MODULE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 9, 1, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f],
  ...[2, 7, 1, 1, 0x65, 1, 0x66, 0, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0],
]);

/** PDFium's table of functions cannot grow. Its slot 0, the null pointer, is the only free one. */
const CALLBACK = 0;

/** FPDF_FILEACCESS: length of the file, pointer of the function that reads it, its first argument. */
const FILE_ACCESS_BYTES = 12;

/**
 * PDFium as WebAssembly: without JavaScript, network and file system. It reads the open file and nothing else. Its memory is
 * bounded and never shrinks. After an exception out of it, it must not be used again.
 */
export class PdfEngine {
  readonly pdfium: Pdfium;
  readonly #wasm: WasmExports;
  #descriptor = -1;
  /** Bytes of files that were read so far. */
  bytesRead = 0;
  readonly #limit: { exceeded: boolean };

  private constructor(pdfium: Pdfium, wasm: WasmExports, limit: { exceeded: boolean }) {
    this.pdfium = pdfium;
    this.#wasm = wasm;
    this.#limit = limit;
    const read = (_: number, position: number, buffer: number, length: number): number =>
      this.#read(position >>> 0, buffer >>> 0, length >>> 0);
    const { f } = instantiate(CALLBACK_MODULE, { e: { f: read } }).exports as { f: unknown };
    wasm.__indirect_function_table.set(CALLBACK, f);
    pdfium._FPDF_InitLibrary();
  }

  /** @throws FdeployError PACKAGE_MISSING */
  static async start(): Promise<PdfEngine> {
    const file = pdfiumFile();
    if (file === undefined) throw new FdeployError('PACKAGE_MISSING', PDF_PACKAGE_HINT);
    const { PDFiumModule } = (await import(PDF_PACKAGE)) as { PDFiumModule: MakePdfium };
    const limit = { exceeded: false };
    let wasm: WasmExports | undefined;
    const pdfium = await PDFiumModule({
      print: () => undefined,
      printErr: () => undefined,
      instantiateWasm: (imports, done) => {
        boundMemory(imports.env as Env, limit);
        const instance = instantiate(readFileSync(file), imports);
        wasm = instance.exports as WasmExports;
        done(instance);
        return instance.exports;
      },
    });
    return new PdfEngine(pdfium, wasm!, limit);
  }

  get heapBytes(): number {
    return this.#wasm.memory.buffer.byteLength;
  }

  /** It asked for more memory than it may have. */
  get exceededMemory(): boolean {
    return this.#limit.exceeded;
  }

  /** The memory from `pointer` on. It is only valid until the next call of PDFium. */
  bytesAt(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.#wasm.memory.buffer, pointer, length);
  }

  /**
   * Opens the document in a file, which replaces the one that was open.
   * @returns the document; 0 if PDFium cannot open it
   */
  load(descriptor: number, length: number): number {
    this.#descriptor = descriptor;
    this.bytesRead = 0;
    const access = this.#wasm.malloc(FILE_ACCESS_BYTES);
    new Uint32Array(this.#wasm.memory.buffer, access, 3).set([length, CALLBACK, 0]);
    try {
      return this.pdfium._FPDF_LoadCustomDocument(access, 0); // it copies the description
    } finally {
      this.#wasm.free(access);
    }
  }

  /** @returns 1 if all was read, else 0 */
  #read(position: number, buffer: number, length: number): number {
    try {
      const count = readSync(this.#descriptor, this.bytesAt(buffer, length), 0, length, position);
      this.bytesRead += count;
      return count === length ? 1 : 0;
    } catch {
      return 0; // PDFium takes it for a damaged document
    }
  }
}

/** Refuses growth beyond the limit: PDFium then has no memory, as if the machine had none. */
function boundMemory(env: Env, limit: { exceeded: boolean }): void {
  const grow = env.emscripten_resize_heap!;
  env.emscripten_resize_heap = (bytes) => {
    if (bytes >>> 0 <= MOST_HEAP_BYTES) return grow(bytes);
    limit.exceeded = true;
    return 0;
  };
}
