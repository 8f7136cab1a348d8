import type { RuntimeHandle } from '../../../contracts/runtime.js';
import { networkInput } from '../network.js';

/** What the network's input is like. */
export interface UnwarpingConfig {
  readonly input: string;
  readonly output: string;
  /** The one input size of a graph that fixes it; pictures are stretched to it. */
  readonly fixedSize?: { readonly width: number; readonly height: number };
}

/** Settings of the unwarping network, which come from its graph alone: UVDoc takes pictures in their own size. */
export function readUnwarping(runtime: RuntimeHandle): UnwarpingConfig {
  const { name, dims } = networkInput(runtime);
  const [height, width] = [dims[2]!, dims[3]!];
  return {
    input: name,
    output: runtime.outputs[0]!.name,
    ...(height > 0 && width > 0 && { fixedSize: { width, height } }),
  };
}
