import type { Compute } from './compute.js';
import type { Tensor, ValueInfo } from './tensor.js';

/** The files of a network, as its suite or a converter wrote them. */
export type ModelSource = (
  | { readonly kind: 'onnx'; readonly file: string }
  | {
      readonly kind: 'paddle';
      /** `.pdmodel`, `__model__` or PIR `.json`. */
      readonly model: string;
      /** Combined parameters. Absent if the program has none, or has a file for each. */
      readonly params?: string;
    }
) & {
  /** Only a part of the network: the points where its last operator samples the picture, instead of the sampled picture. */
  readonly cut?: 'sampling-grid';
};

/** A network as plain, structured-cloneable data, from which any thread or process can open a clone. */
export interface RuntimeHandle extends Compute {
  /** The file that the backend opens. */
  readonly file: string;
  /** The file the user named, for messages. */
  readonly source: string;
  /** The files that the network was made from, as absolute paths. */
  readonly original: ModelSource;
  /** true: `file` is optimised, and all sessions map its weights from one file beside it. */
  readonly prepared: boolean;
  /** Clones that one process will have, where that is known. */
  readonly clones?: number;
  /** Folder of a cache for the compiled network, if the backend has one. Its name stands for everything that it depends on. */
  readonly compiledIn?: string;
  /** Every new size of an input costs the backend time and memory: inputs are to be filled up to few sizes. */
  readonly fewSizes?: boolean;
  /** Intra-op threads of one session. */
  readonly threads: number;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** The network's own key-value metadata (ONNX `metadata_props`). */
  readonly metadata: Readonly<Record<string, string>>;
}

/** One network in memory. Each clone has its own session; they share one copy of the weights. */
export interface Runtime {
  readonly handle: RuntimeHandle;
  /**
   * Runs the network. Overlapping calls run one after the other.
   * @param feeds a tensor for each of `handle.inputs`, by name, with the same rank; float32 is accepted for float16 inputs
   * @returns a tensor for each of `handle.outputs`, by name; float16 outputs are returned as float32
   * @throws FdeployError INFERENCE_FAILED, with the network's file, if the backend fails or an input is missing or has the wrong
   *   rank; MODEL_CLOSED
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /**
   * @returns a runtime with its own session on the same weights
   * @throws FdeployError MODEL_CLOSED
   */
  clone(): Promise<Runtime>;
  /** Waits for the calls made so far and releases the session. Calling it again has no effect. */
  close(): Promise<void>;
}
