import path from 'node:path';
import type koffiPackage from 'koffi';
import { FdeployError } from '../../../contracts/errors.js';
import { keepStandardStreams } from './standard-streams.js';
import { findLibrary, LIBRARY_HINT, LIBRARY_OPTION, LIBRARY_VARIABLE, newest } from './find.js';

/** An object of the library. 0 is none. Addresses are valid in every thread of the process. */
export type Address = bigint;

/** The functions of OpenVINO's C library that are used. All throw an Error with OpenVINO's own message. */
export interface OpenVino {
  createCore(): Address;
  coreProperty(core: Address, device: string, name: string): string;
  readModel(core: Address, file: string): Address;
  freeModel(model: Address): void;
  compile(
    core: Address,
    model: Address,
    device: string,
    properties: Readonly<Record<string, string>>,
  ): Address;
  freeCompiled(compiled: Address): void;
  createRequest(compiled: Address): Address;
  freeRequest(request: Address): void;
  createTensor(elementType: number, dims: readonly number[]): Address;
  setTensor(request: Address, name: string, tensor: Address): void;
  /** Computes in another thread. */
  infer(request: Address): Promise<void>;
  /** A tensor that the caller frees. */
  getTensor(request: Address, name: string): Address;
  shapeOf(tensor: Address): number[];
  /** The tensor's memory; valid until the tensor is freed or its request runs again. */
  bytesOf(tensor: Address): ArrayBuffer;
  freeTensor(tensor: Address): void;
}

type Koffi = typeof koffiPackage;
/** A function of the library as koffi makes it. */
interface Native {
  (...values: unknown[]): unknown;
  async(...values: unknown[]): void;
}

let loaded: Promise<OpenVino> | undefined;

/**
 * Loads the library into this process, once.
 * @throws FdeployError PACKAGE_MISSING if the library or the package that calls it is missing, or cannot be loaded
 */
export function loadOpenVino(): Promise<OpenVino> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<OpenVino> {
  const found = findLibrary();
  if (!found) {
    const named = process.env[LIBRARY_VARIABLE];
    const where =
      named === undefined || named === ''
        ? 'on this machine'
        : `at '${named}', which ${LIBRARY_OPTION} or ${LIBRARY_VARIABLE} names`;
    throw missing(`OpenVINO was not found ${where}: ${LIBRARY_HINT}`);
  }
  let koffi: Koffi;
  try {
    koffi = (await import('koffi')).default;
    keepStandardStreams();
  } catch (cause) {
    throw missing('OpenVINO needs the package koffi: npm install koffi', cause);
  }
  try {
    return bind(koffi, found.file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw missing(`OpenVINO cannot be loaded from '${found.file}' (${reason ?? ''}): ${LIBRARY_HINT}`, cause);
  }
}

function missing(message: string, cause?: unknown): FdeployError {
  return new FdeployError('PACKAGE_MISSING', message, { file: '--backend', cause });
}

function bind(koffi: Koffi, file: string): OpenVino {
  const folder = path.dirname(file);
  // Plugins are loaded by OpenVINO and find these by their names only.
  for (const pattern of [/^libtbb\.so(\.\d+)*$/, /^libopenvino\.so(\.[\d.]+)?$/]) {
    const name = newest(folder, pattern);
    if (name !== undefined) koffi.load(path.join(folder, name), { global: true });
  }
  const library = koffi.load(file);
  const out = koffi.out(koffi.pointer('void *'));
  const shape = koffi.struct({ rank: 'int64_t', dims: 'int64_t *' });
  const native = (name: string, result: string, types: readonly unknown[]): Native =>
    library.func(name, result, types as string[]);
  const lastError = native('ov_get_last_err_msg', 'const char *', []);
  const errorInfo = native('ov_get_error_info', 'const char *', ['int']);
  const check = (status: unknown): void => {
    if (status === 0) return;
    const message = lastError() as string | null;
    const reason = message === null || message === '' ? (errorInfo(status) as string) : message;
    throw new Error(`${lastLine(reason)} (status ${String(status)})`);
  };
  /** A function whose last parameter is where it puts an address. */
  const giving = (name: string, types: readonly unknown[]) => {
    const call = native(name, 'int', [...types, out]);
    return (...values: unknown[]): Address => {
      const result: [Address | null] = [null];
      check(call(...values, result));
      return result[0] ?? 0n;
    };
  };
  const freeing = (name: string) => {
    const call = native(name, 'void', ['void *']);
    return (address: Address): void => {
      call(address);
    };
  };
  const freeText = freeing('ov_free');
  const property = giving('ov_core_get_property', ['void *', 'const char *', 'const char *']);
  const read = giving('ov_core_read_model', ['void *', 'const char *', 'const char *']);
  const compile = native('ov_core_compile_model', 'int', [
    'void *',
    'void *',
    'const char *',
    'size_t',
    out,
    '...',
  ]);
  const setTensor = native('ov_infer_request_set_tensor', 'int', ['void *', 'const char *', 'void *']);
  const infer = native('ov_infer_request_infer', 'int', ['void *']);
  const getShape = native('ov_tensor_get_shape', 'int', ['void *', koffi.out(koffi.pointer(shape))]);
  const freeShape = native('ov_shape_free', 'int', [koffi.inout(koffi.pointer(shape))]);
  const byteSize = native('ov_tensor_get_byte_size', 'int', ['void *', koffi.out(koffi.pointer('size_t'))]);
  const data = giving('ov_tensor_data', ['void *']);
  const tensor = giving('ov_tensor_create', ['int', shape]);
  return {
    createCore: giving('ov_core_create', []),
    coreProperty(core, device, name) {
      const text = property(core, device, name);
      const value = koffi.decode(text, 'char', -1) as string;
      freeText(text);
      return value;
    },
    readModel: (core, model) => read(core, model, null),
    freeModel: freeing('ov_model_free'),
    compile(core, model, device, properties) {
      const words = Object.entries(properties).flat();
      const result: [Address | null] = [null];
      const values = words.flatMap((word) => ['const char *', word]);
      check(compile(core, model, device, words.length, result, ...values));
      return result[0] ?? 0n;
    },
    freeCompiled: freeing('ov_compiled_model_free'),
    createRequest: giving('ov_compiled_model_create_infer_request', ['void *']),
    freeRequest: freeing('ov_infer_request_free'),
    createTensor: (elementType, dims) =>
      tensor(elementType, { rank: dims.length, dims: BigInt64Array.from(dims, BigInt) }),
    setTensor(request, name, address) {
      check(setTensor(request, name, address));
    },
    infer: (request) =>
      new Promise((resolve, reject) => {
        infer.async(request, (error: Error | null, status: number) => {
          try {
            if (error) throw error;
            check(status);
            resolve();
          } catch (failure) {
            reject(failure instanceof Error ? failure : new Error(String(failure)));
          }
        });
      }),
    getTensor: giving('ov_infer_request_get_tensor', ['void *', 'const char *']),
    shapeOf(address) {
      const found = {} as { rank: number; dims: Address };
      check(getShape(address, found));
      const rank = found.rank;
      const dims = rank === 0 ? [] : Array.from(new BigInt64Array(koffi.view(found.dims, 8 * rank)), Number);
      freeShape(found);
      return dims;
    },
    bytesOf(address) {
      const size: [number | bigint] = [0];
      check(byteSize(address, size));
      const bytes = Number(size[0]);
      return bytes === 0 ? new ArrayBuffer(0) : koffi.view(data(address), bytes);
    },
    freeTensor: freeing('ov_tensor_free'),
  };
}

/** OpenVINO's messages begin with the places in its source that an error passed. */
function lastLine(message: string): string {
  return message.trim().split('\n').at(-1)?.trim() ?? message;
}
