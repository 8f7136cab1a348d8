import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { TensorType, ValueInfo } from '../../contracts/tensor.js';

/** Whether an output holds class ids, `[N, H, W]` or `[N, 1, H, W]`, or scores, `[N, C, H, W]`. */
export function holdsLabels({ type, dims }: { type: TensorType; dims: readonly number[] }): boolean {
  return (
    dims.length === 3 || (dims.length === 4 && dims[1] === 1 && type !== 'float32' && type !== 'float16')
  );
}

/**
 * The network's output, the first where it has several (auxiliary heads come behind), and whether it holds labels.
 * @throws FdeployError MODEL_UNSUPPORTED
 */
export function findOutput(runtime: RuntimeHandle): { output: ValueInfo; labels: boolean } {
  const [first] = runtime.outputs;
  const rank = first?.dims.length;
  if (first && (rank === 3 || rank === 4) && (holdsLabels(first) || first.dims[1] !== 1)) {
    return { output: first, labels: holdsLabels(first) };
  }
  const found = runtime.outputs
    .map(({ name, type, dims }) => `${name} ${type} [${dims.join(', ')}]`)
    .join('; ');
  const expected = 'a label map [N, H, W] or scores [N, C, H, W]';
  const reason = rank === 4 ? ': one channel of scores is a matte, not classes' : '';
  const message = `${runtime.source} is not a segmentation network: expected ${expected} but found ${found}${reason}`;
  throw new FdeployError('MODEL_UNSUPPORTED', message, { file: runtime.source, expected, found });
}
