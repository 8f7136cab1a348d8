import { FdeployError } from '../contracts/errors.js';
import type { RuntimeHandle } from '../contracts/runtime.js';
import type { ValueInfo } from '../contracts/tensor.js';

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
