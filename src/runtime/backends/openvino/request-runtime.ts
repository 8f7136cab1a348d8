import { FdeployError, messageOf } from '../../../contracts/errors.js';
import type { Runtime, RuntimeHandle } from '../../../contracts/runtime.js';
import type { Tensor, TensorType, ValueInfo } from '../../../contracts/tensor.js';
import { Calls } from '../../calls.js';
import { feedOf, inferenceFailed } from '../../feeds.js';
import { halfToFloat } from '../../half.js';
import { acquire, type Compiled } from './compiled.js';
import { loadOpenVino, type Address, type OpenVino } from './library.js';

/** `ov_element_type_e` of the C library, and the typed arrays. */
const ELEMENTS: Readonly<Record<TensorType, number>> = {
  ...{ bool: 1, float16: 3, float32: 4, float64: 5, int8: 7, int16: 8, int32: 9, int64: 10 },
  ...{ uint8: 16, uint16: 17, uint32: 18 },
};
const ARRAYS = {
  ...{ bool: Uint8Array, float16: Uint16Array, float32: Float32Array, float64: Float64Array },
  ...{ int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array },
  ...{ uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array },
} as const satisfies Record<TensorType, unknown>;

let core: Promise<[OpenVino, Address]> | undefined;

/**
 * OpenVINO with its core, one for each thread.
 * @throws FdeployError PACKAGE_MISSING
 */
export function openCore(): Promise<[OpenVino, Address]> {
  core ??= loadOpenVino().then((vino) => [vino, vino.createCore()]);
  return core;
}

/**
 * Opens a clone of a network in this thread: a request on the compiled network of this process.
 * @throws FdeployError MODEL_INVALID naming the model, PACKAGE_MISSING
 */
export async function openRequestRuntime(handle: RuntimeHandle): Promise<Runtime> {
  const [vino, own] = await openCore();
  let compiled: Compiled | undefined;
  try {
    compiled = acquire(vino, own, handle);
    return new RequestRuntime(handle, vino, compiled, vino.createRequest(compiled.address));
  } catch (cause) {
    compiled?.release();
    const message = `OpenVINO cannot open ${handle.source}: ${messageOf(cause).trim()}`;
    throw new FdeployError('MODEL_INVALID', message, { file: handle.source, cause });
  }
}

class RequestRuntime implements Runtime {
  readonly handle: RuntimeHandle;
  readonly #calls: Calls;

  constructor(
    handle: RuntimeHandle,
    readonly vino: OpenVino,
    readonly compiled: Compiled,
    readonly request: Address,
  ) {
    this.handle = handle;
    this.#calls = new Calls(handle.source);
  }

  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    return this.#calls.alone(() => this.#run(feeds));
  }

  async clone(): Promise<Runtime> {
    this.#calls.checkOpen();
    return openRequestRuntime(this.handle);
  }

  close(): Promise<void> {
    return this.#calls.close(() => {
      this.vino.freeRequest(this.request);
      this.compiled.release();
      return Promise.resolve();
    });
  }

  async #run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const given = this.handle.inputs.map((input) => feedOf(input, feeds[input.name], this.handle.source));
    const inputs: Address[] = [];
    try {
      for (const [at, { name }] of this.handle.inputs.entries()) {
        const tensor = this.#tensor(given[at]!);
        inputs.push(tensor);
        this.vino.setTensor(this.request, name, tensor);
      }
      await this.vino.infer(this.request);
      return Object.fromEntries(this.handle.outputs.map((output) => [output.name, this.#output(output)]));
    } catch (error) {
      throw inferenceFailed(this.handle.source, messageOf(error).trim(), error);
    } finally {
      for (const tensor of inputs) this.vino.freeTensor(tensor);
    }
  }

  #tensor({ type, dims, data }: Tensor): Address {
    const tensor = this.vino.createTensor(ELEMENTS[type], dims);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const memory = new Uint8Array(this.vino.bytesOf(tensor));
    if (memory.length !== bytes.length) {
      this.vino.freeTensor(tensor);
      throw new Error(
        `an input of ${dims.join(' x ')} has ${bytes.length} bytes instead of ${memory.length}`,
      );
    }
    memory.set(bytes);
    return tensor;
  }

  #output({ name, type }: ValueInfo): Tensor {
    const tensor = this.vino.getTensor(this.request, name);
    try {
      const dims = this.vino.shapeOf(tensor);
      // The request's memory is written again by the next inference.
      const data = new ARRAYS[type](this.vino.bytesOf(tensor).slice(0));
      if (type === 'float16') return { type: 'float32', dims, data: halfToFloat(data as Uint16Array) };
      return { type, dims, data } as Tensor;
    } finally {
      this.vino.freeTensor(tensor);
    }
  }
}
