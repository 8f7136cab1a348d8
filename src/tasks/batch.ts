import { FdeployError } from '../contracts/errors.js';
import type { RuntimeHandle } from '../contracts/runtime.js';
import type { Tensor, ValueInfo } from '../contracts/tensor.js';

/**
 * Batches need a free batch dimension.
 * @throws FdeployError BAD_OPTION where more than one picture is asked for and the graph fixes its batch
 */
export function requireBatch(runtime: RuntimeHandle, input: ValueInfo, batchSize: number): void {
  const fixed = input.dims[0]!;
  if (batchSize === 1 || fixed < 1) return;
  const message = `${runtime.source} has a fixed batch dimension of ${fixed}: --batch-size ${batchSize} needs a free one`;
  throw new FdeployError('BAD_OPTION', message, { file: runtime.source, expected: 'a free batch dimension' });
}

/** The batch size that the graph fixes, or undefined if it is free. */
export function fixedBatch({ inputs }: RuntimeHandle): number | undefined {
  const size = inputs.find(({ dims }) => dims.length === 4)?.dims[0];
  return size === undefined || size < 1 ? undefined : size;
}

/** Fills up feeds of `count` pictures with zeros to the batch size that the graph fixes. */
export function fillBatch(
  feeds: Record<string, Tensor>,
  count: number,
  size: number | undefined,
): Record<string, Tensor> {
  if (size === undefined || size === count) return feeds;
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => {
      if (tensor.type !== 'float32' || tensor.dims[0] !== count) return [name, tensor];
      const data = new Float32Array((tensor.data.length / count) * size);
      data.set(tensor.data);
      return [name, { ...tensor, dims: [size, ...tensor.dims.slice(1)], data }];
    }),
  );
}

/** Consecutive parts of a list, each of `size` but the last. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
