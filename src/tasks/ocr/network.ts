import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { ValueInfo } from '../../contracts/tensor.js';
import type { PartKind } from './kinds.js';

interface PartNetwork {
  readonly what: string;
  readonly rank: number;
  /** Size of the output's last dimension. */
  readonly last?: number;
  readonly shape: string;
}

const PARTS = {
  doc: { what: 'page orientation', rank: 2, last: 4, shape: '[N, 4]' },
  unwarp: { what: 'unwarping', rank: 4, shape: 'a picture of the same size' },
  det: { what: 'text detection', rank: 4, shape: '[N, 1, height, width]' },
  cls: { what: 'line orientation', rank: 2, last: 2, shape: '[N, 2]' },
  rec: { what: 'text recognition', rank: 3, shape: '[N, steps, classes]' },
} as const satisfies Record<PartKind, PartNetwork>;

/**
 * Checks that a network has the input and output of its part.
 * @throws FdeployError MODEL_UNSUPPORTED
 */
export function checkNetwork(kind: PartKind, runtime: RuntimeHandle): void {
  const { what, rank, last, shape }: PartNetwork = PARTS[kind];
  const { inputs, outputs, source } = runtime;
  const dims = outputs[0]?.dims ?? [];
  const [classes = 0] = dims.slice(-1);
  const fitting = last === undefined || classes < 1 || classes === last;
  if (inputs.length === 1 && inputs[0]!.dims.length === 4 && dims.length === rank && fitting) return;
  const list = (values: readonly ValueInfo[]): string =>
    values.map(({ name, dims }) => `${name} [${dims.join(', ')}]`).join(', ');
  const found = `${list(inputs)} to ${list(outputs)}`;
  const message = `${source} is not a ${what} network: expected pictures [N, 3, height, width] to ${shape} but found ${found}`;
  throw new FdeployError('MODEL_UNSUPPORTED', message, { file: source, expected: shape, found });
}

/** The input that takes the pictures. */
export function networkInput(runtime: RuntimeHandle): ValueInfo {
  return runtime.inputs[0]!;
}
