/** WebAssembly as far as it is used here: Node's types leave it to those of browsers. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
export interface WasmTable {
  set(index: number, value: unknown): void;
}
export interface WasmInstance {
  readonly exports: object;
}
export type WasmImports = Readonly<Record<string, Record<string, unknown>>>;

interface WasmGlobal {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: WasmImports) => WasmInstance;
}

const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmGlobal }).WebAssembly;

export function instantiate(bytes: Uint8Array, imports: WasmImports): WasmInstance {
  return new Instance(new Module(bytes), imports);
}
