import { rm } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import type { RuntimeHandle } from '../contracts/runtime.js';
import { readGraph } from '../onnx/graph/index.js';
import { isOrtFormat } from '../onnx/ort-format.js';
import { layersOf, quantizeFile, type Layer, type NetworkTable } from '../onnx/quantize/index.js';
import { simplifyFile } from '../onnx/simplify/index.js';
import { cacheRoot, contentHash } from '../runtime/prepared-models.js';

/** A network of a model before it is quantised. */
export interface FloatNetwork {
  /** The part of a pipeline, else the task. */
  readonly part: string;
  /** Opens the simplified float network. */
  readonly runtime: RuntimeHandle;
  /** SHA-256 of the network's files. */
  readonly hash: string;
  readonly layers: readonly Layer[];
  /** For files of this network. */
  readonly folder: string;
}

/**
 * The simplified networks of a model.
 * @param handle of a model whose clones do not share weights
 * @param folder for their files
 * @throws FdeployError MODEL_UNSUPPORTED for a network in onnxruntime's own format
 */
export async function floatNetworks(handle: ModelHandle, folder: string): Promise<FloatNetwork[]> {
  const networks: FloatNetwork[] = [];
  for (const [part, runtime] of Object.entries(handle.runtimes)) {
    if (isOrtFormat(runtime.file)) {
      const message = `${runtime.source} is in onnxruntime's own format, which cannot be quantised: use the ONNX model`;
      throw new FdeployError('MODEL_UNSUPPORTED', message, { file: runtime.source, expected: 'ONNX' });
    }
    const own = path.join(folder, part);
    const simplified = await simplifyFile(runtime.file, path.join(own, 'float'));
    const file = simplified?.file ?? runtime.file;
    const hash = await contentHash(runtime.original, cacheRoot());
    const layers = layersOf(readGraph(file));
    networks.push({ part, runtime: { ...runtime, file, prepared: false }, hash, layers, folder: own });
  }
  return networks;
}

let count = 0;

/** Writes the int8 form of a network. @returns its handle, and a function that removes its files */
export async function writeInt8(
  { runtime, folder }: FloatNetwork,
  table: NetworkTable,
): Promise<{ handle: RuntimeHandle; remove: () => Promise<void> }> {
  const own = path.join(folder, `int8-${++count}`);
  const file = await quantizeFile(runtime.file, own, table, runtime.source);
  return {
    handle: { ...runtime, file, precision: 'int8' },
    remove: () => rm(own, { recursive: true, force: true }),
  };
}
