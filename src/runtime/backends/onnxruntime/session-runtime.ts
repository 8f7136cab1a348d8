import { FdeployError, messageOf } from '../../../contracts/errors.js';
import type { Runtime, RuntimeHandle } from '../../../contracts/runtime.js';
import type { Tensor } from '../../../contracts/tensor.js';
import { Calls } from '../../calls.js';
import { explained } from './devices/provider.js';
import { feedOf, inferenceFailed } from '../../feeds.js';
import { halfToFloat } from '../../half.js';
import { exactProducts } from './saturation.js';
import { openSession, type Session } from './session.js';

/**
 * Opens a clone of a network in this thread. Clones of a prepared file share the memory of its weights.
 * @throws FdeployError MODEL_INVALID naming the model, RUNTIME_UNAVAILABLE
 */
export async function openSessionRuntime(handle: RuntimeHandle): Promise<Runtime> {
  const session = await open(handle);
  checkNames(handle, session);
  return new SessionRuntime(handle, session);
}

async function open(handle: RuntimeHandle): Promise<Session> {
  try {
    return await openSession(handle.file, {
      device: handle.device,
      threads: handle.threads,
      optimise: !handle.prepared,
      extra: exactProducts(handle.precision === 'int8'),
    });
  } catch (error) {
    if (error instanceof FdeployError) throw error;
    const reason = explained(messageOf(error).trim(), handle.device);
    throw new FdeployError('MODEL_INVALID', `onnxruntime cannot open ${handle.source}: ${reason}`, {
      file: handle.source,
      cause: error,
    });
  }
}

function checkNames(handle: RuntimeHandle, session: Session): void {
  const wanted = handle.inputs.map(({ name }) => name);
  const found = session.inputs.map(({ name }) => name);
  if (wanted.length === found.length && wanted.every((name) => found.includes(name))) return;
  throw new FdeployError(
    'MODEL_INVALID',
    `${handle.source}: the network's inputs are not those that were read from it`,
    {
      file: handle.source,
      expected: wanted.join(', '),
      found: found.join(', '),
    },
  );
}

class SessionRuntime implements Runtime {
  readonly handle: RuntimeHandle;
  readonly #session: Session;
  readonly #calls: Calls;

  constructor(handle: RuntimeHandle, session: Session) {
    this.handle = handle;
    this.#session = session;
    this.#calls = new Calls(handle.source);
  }

  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    return this.#calls.alone(() => this.#run(feeds));
  }

  async clone(): Promise<Runtime> {
    this.#calls.checkOpen();
    return openSessionRuntime(this.handle);
  }

  close(): Promise<void> {
    return this.#calls.close(() => this.#session.close());
  }

  async #run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const given: Record<string, Tensor> = {};
    for (const input of this.handle.inputs)
      given[input.name] = feedOf(input, feeds[input.name], this.handle.source);
    const outputs = await this.#infer(given);
    for (const [name, tensor] of Object.entries(outputs)) {
      if (tensor.type !== 'float16') continue;
      outputs[name] = { type: 'float32', dims: tensor.dims, data: halfToFloat(tensor.data) };
    }
    return outputs;
  }

  async #infer(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
    try {
      return await this.#session.run(feeds);
    } catch (error) {
      const reason = explained(messageOf(error).trim(), this.handle.device);
      throw inferenceFailed(this.handle.source, reason, error);
    }
  }
}
