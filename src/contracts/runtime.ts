import type { Compute } from './compute.js';
import type { Tensor, ValueInfo } from './tensor.js';

/** A network's files on disk, as its suite or a converter wrote them. */
export type ModelSource =
  | { readonly kind: 'onnx'; readonly file: string }
  | {
      readonly kind: 'paddle';
      /** `.pdmodel`, `__model__` or PIR `.json`. */
      readonly model: string;
      /** Combined parameters; absent where the program has none or each lies in a file of its own. */
      readonly params?: string;
    };

/** Everything that opens a clone of a network in another thread or process: plain, structured-cloneable data. */
export interface RuntimeHandle extends Compute {
  /** The network's file as the backend opens it. */
  readonly file: string;
  /** The file the user named, for messages. */
  readonly source: string;
  /** All files that the network was made from, by absolute paths. */
  readonly original: ModelSource;
  /** true: `file` is optimised and its weights lie beside it, mapped and shared by every session. */
  readonly prepared: boolean;
  /** Intra-op threads of one session. */
  readonly threads: number;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** The network's own key-value metadata (ONNX `metadata_props`). */
  readonly metadata: Readonly<Record<string, string>>;
}

/** One network in memory. A clone has a session of its own; the weights are one copy. */
export interface Runtime {
  readonly handle: RuntimeHandle;
  /**
   * Runs the network. float32 tensors are taken where the network wants float16, and float16 outputs come back as float32.
   * Calls at the same time wait for each other.
   * @throws FdeployError INFERENCE_FAILED naming the network's file, or when an input is missing or has another rank;
   *   MODEL_CLOSED
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /** @throws FdeployError MODEL_CLOSED */
  clone(): Promise<Runtime>;
  /** Lets the session go when the calls made so far have ended; more than once is harmless. */
  close(): Promise<void>;
}
