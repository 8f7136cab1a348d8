import { createHash } from 'node:crypto';
import os from 'node:os';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import type { RuntimeHandle } from '../../../contracts/runtime.js';
import { compileShared } from './compiled-cache.js';
import type { Address, OpenVino } from './library.js';

const NAME = 'fdeploy-openvino-compiled';
/** Networks that can be open in a process at a time; further ones are compiled by each clone. */
const SLOTS = 64;
/** A slot in 8-byte words: two of the key's hash, the number of requests, the address. */
const WORDS = 4;
const HEADER = 1;
/** Kernels that are kept of a network that sees few sizes of inputs: enough for those of OCR, and about 400 MiB. */
const FEW_KERNELS = '1000';
const LOCK_MS = 600_000;

/** A compiled network, used by one clone. */
export interface Compiled {
  readonly address: Address;
  /** To be called after the clone's request was freed. The last one frees the network. */
  release(): void;
}

/**
 * Makes the table of compiled networks that threads share. Called in the main thread before workers start: they get it as part of
 * their environment. A thread without it compiles for itself.
 */
export function shareCompiled(): void {
  if (getEnvironmentData(NAME) instanceof SharedArrayBuffer) return;
  setEnvironmentData(NAME, new SharedArrayBuffer(8 * (HEADER + SLOTS * WORDS)));
}

/**
 * The compiled network of a handle: one for all clones in the threads of this process.
 * @throws Error of OpenVINO
 */
export function acquire(vino: OpenVino, core: Address, handle: RuntimeHandle): Compiled {
  const memory = getEnvironmentData(NAME);
  if (!(memory instanceof SharedArrayBuffer)) return own(vino, compileNetwork(vino, core, handle));
  const table = new BigInt64Array(memory);
  return locked(memory, () => {
    const [high, low] = keyOf(handle);
    let free: number | undefined;
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = HEADER + slot * WORDS;
      if (table[at + 2] === 0n) free ??= at;
      else if (table[at] === high && table[at + 1] === low) return counted(vino, memory, table, at);
    }
    const address = compileNetwork(vino, core, handle);
    if (free === undefined) return own(vino, address);
    table.set([high, low, 0n, address], free);
    return counted(vino, memory, table, free);
  });
}

function own(vino: OpenVino, address: Address): Compiled {
  return {
    address,
    release: () => {
      vino.freeCompiled(address);
    },
  };
}

function counted(vino: OpenVino, memory: SharedArrayBuffer, table: BigInt64Array, at: number): Compiled {
  const address = table[at + 3] ?? 0n;
  table[at + 2] = (table[at + 2] ?? 0n) + 1n;
  return {
    address,
    release() {
      locked(memory, () => {
        const users = (table[at + 2] ?? 1n) - 1n;
        table[at + 2] = users;
        if (users === 0n) vino.freeCompiled(address);
      });
    },
  };
}

/** Runs `work` in one thread at a time. */
function locked<T>(memory: SharedArrayBuffer, work: () => T): T {
  const lock = new Int32Array(memory, 0, 1);
  const end = performance.now() + LOCK_MS;
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0) {
    Atomics.wait(lock, 0, 1, 1000);
    if (performance.now() > end) throw new Error('another thread compiles a network without an end');
  }
  try {
    return work();
  } finally {
    Atomics.store(lock, 0, 0);
    Atomics.notify(lock, 0, 1);
  }
}

function keyOf({ file, threads, precision, clones }: RuntimeHandle): [bigint, bigint] {
  const digest = createHash('sha256')
    .update(JSON.stringify([file, threads, precision, clones]))
    .digest();
  return [digest.readBigInt64LE(0), digest.readBigInt64LE(8)];
}

function compileNetwork(vino: OpenVino, core: Address, handle: RuntimeHandle): Address {
  const { file, threads, precision, clones, compiledIn } = handle;
  const streams = handle.clones ?? Math.max(1, Math.floor(os.availableParallelism() / threads));
  const model = vino.readModel(core, file);
  try {
    const compile = (cacheFolder?: string): Address =>
      vino.compile(core, model, 'CPU', {
        ...(cacheFolder !== undefined && { CACHE_DIR: cacheFolder }),
        INFERENCE_PRECISION_HINT: precision === 'bfloat16' ? 'bf16' : 'f32',
        NUM_STREAMS: String(streams),
        INFERENCE_NUM_THREADS: String(streams * threads),
        ENABLE_CPU_PINNING: 'NO',
        // Kernels of input sizes are kept, without a limit that is bytes.
        ...(hasFreeSizes(handle) && { CPU_RUNTIME_CACHE_CAPACITY: handle.fewSizes ? FEW_KERNELS : '0' }),
      });
    // Clones in threads share the compiled network itself.
    if (clones !== 1 || compiledIn === undefined) return compile();
    return compileShared(`${compiledIn}-${threads}`, compile, (address) => {
      vino.freeCompiled(address);
    });
  } finally {
    vino.freeModel(model);
  }
}

/** Free dimensions other than the batch. */
function hasFreeSizes({ inputs }: RuntimeHandle): boolean {
  return inputs.some(({ dims }) => dims.slice(1).some((size) => size < 0));
}
