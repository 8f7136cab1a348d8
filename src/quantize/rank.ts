import type { Runtime } from '../contracts/runtime.js';
import type { Tensor } from '../contracts/tensor.js';
import { openRuntime } from '../runtime/index.js';
import type { NetworkTable } from '../onnx/quantize/index.js';
import type { Feeds } from './calibrate.js';
import { writeInt8, type FloatNetwork } from './networks.js';

/** What a layer alone does to the network's outputs, as a share of their size (root mean square). */
export interface LayerError {
  readonly layer: string;
  readonly error: number;
}

/**
 * Runs the network with one layer in int8 at a time.
 * @param table in which the ranked layers are not float
 * @returns the layers, the worst first
 */
export async function rankLayers(
  network: FloatNetwork,
  table: NetworkTable,
  feeds: readonly Feeds[],
  signal?: AbortSignal,
): Promise<LayerError[]> {
  const weighted = network.layers.filter(({ weights }) => weights).map(({ name }) => name);
  const float = await openRuntime(network.runtime);
  const wanted = await outputsOf(float, feeds);
  const errors: LayerError[] = [];
  for (const layer of weighted.filter((name) => !Object.hasOwn(table.float, name))) {
    signal?.throwIfAborted();
    const others = weighted.filter((name) => name !== layer).map((name) => [name, 'measuring'] as const);
    const { handle, remove } = await writeInt8(network, { ...table, float: Object.fromEntries(others) });
    const runtime = await openRuntime(handle);
    errors.push({ layer, error: differenceOf(wanted, await outputsOf(runtime, feeds)) });
    await remove();
  }
  return errors.sort((a, b) => b.error - a.error);
}

async function outputsOf(runtime: Runtime, feeds: readonly Feeds[]): Promise<Tensor[][]> {
  const outputs: Tensor[][] = [];
  for (const one of feeds) outputs.push(Object.values(await runtime.run(one)));
  await runtime.close();
  return outputs;
}

/** Outputs of another shape count as wholly different: a detector may find other objects. */
function differenceOf(wanted: readonly Tensor[][], found: readonly Tensor[][]): number {
  let [error, power] = [0, 0];
  wanted.forEach((tensors, run) => {
    tensors.forEach(({ data }, i) => {
      const other = found[run]?.[i]?.data;
      for (let k = 0; k < data.length; k++) {
        const value = Number(data[k]!);
        error += other?.length === data.length ? (value - Number(other[k]!)) ** 2 : value ** 2;
        power += value ** 2;
      }
    });
  });
  return power === 0 ? 0 : Math.sqrt(error / power);
}
