import { DEFAULT_COMPUTE, type Compute } from '../contracts/compute.js';

const FIELDS = ['backend', 'device', 'precision'] as const;

/** A computation in short, such as `openvino bfloat16`: without what is the default of all. */
export function computeText(compute: Compute): string {
  const { backend, device, precision } = compute;
  return [backend, ...(device === DEFAULT_COMPUTE.device ? [] : [device]), precision].join(' ');
}

/** Whether cases were computed in more than one way. */
export function differ(cases: readonly Compute[]): boolean {
  return new Set(cases.map(computeText)).size > 1;
}

/** The options of predict that choose a computation: those that are not the default. */
export function computeOptions(compute: Compute): string[] {
  return FIELDS.filter((name) => compute[name] !== DEFAULT_COMPUTE[name]).map(
    (name) => `--${name} ${compute[name]}`,
  );
}
