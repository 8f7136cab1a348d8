/** The names of `--backend`. */
export const BACKEND_NAMES = ['onnxruntime', 'openvino'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/** The kinds of devices, which are the names of `--device` without numbers. */
export const DEVICE_KINDS = ['cpu', 'webgpu', 'cuda'] as const;

/** The names of `--precision`. */
export const PRECISIONS = ['auto', 'float32', 'bfloat16', 'int8'] as const;
/** The numbers that networks compute in; `auto`: those that the backend chooses. */
export type Precision = (typeof PRECISIONS)[number];

/** How a network is computed. Results of different computations differ by more than rounding. */
export interface Compute {
  /** The library: a name in the table of backends. */
  readonly backend: string;
  /** Where it computes: `cpu`, or a device of the backend. */
  readonly device: string;
  /** The numbers it computes in: `float32`, `bfloat16` or `int8`. */
  readonly precision: string;
}

/** The default computation. */
export const DEFAULT_COMPUTE: Compute = { backend: 'onnxruntime', device: 'cpu', precision: 'float32' };

/** How the networks of a model are computed. If they differ in precision, the first that is not the default counts. */
export function computeOf(networks: Iterable<Compute>): Compute {
  const all = [...networks];
  const { backend, device } = all[0] ?? DEFAULT_COMPUTE;
  const other = all.find(({ precision }) => precision !== DEFAULT_COMPUTE.precision);
  return { backend, device, precision: other?.precision ?? DEFAULT_COMPUTE.precision };
}
