import type { Compute, Precision } from './compute.js';
import type { ModelSource, Runtime, RuntimeHandle } from './runtime.js';
import type { Notify } from './spec.js';

/** How a network is prepared. Omitted fields are the backend's defaults. */
export interface RuntimeSettings extends Partial<Omit<Compute, 'precision'>> {
  /** What is asked for; the handle has what it became. */
  precision?: Precision;
  /** Intra-op threads of one session. */
  threads: number;
  /** false: every clone loads its own weights. */
  shareWeights: boolean;
  notify: Notify;
  /** Ends the preparation. */
  signal?: AbortSignal | undefined;
}

/** A library that computes networks. */
export interface Backend {
  /** The library's version, without loading it; part of cache keys and of a run's settings. */
  version(): string;
  /**
   * Sets what the library reads from the environment of the process. Called in the main thread before the library is loaded
   * anywhere in the process: native code does not see a worker thread's environment.
   */
  configureProcess?(): void;
  /**
   * Preloads what every network needs, so that the first one opens faster.
   * @throws FdeployError RUNTIME_UNAVAILABLE
   */
  preload(): Promise<void>;
  /**
   * Prepares a network so that any thread or process can open it. All slow work happens here, once.
   * @throws FdeployError BAD_OPTION for a precision that it does not have; MODEL_NOT_FOUND, MODEL_INVALID, MODEL_UNSUPPORTED, LFS_POINTER, PREPARE_LIMIT, OUTPUT_FAILED; the
   *   signal's reason
   */
  resolve(source: ModelSource, settings: RuntimeSettings): Promise<RuntimeHandle>;
  /**
   * Opens a clone of a network in this thread.
   * @throws FdeployError MODEL_INVALID naming the model, RUNTIME_UNAVAILABLE
   */
  open(handle: RuntimeHandle): Promise<Runtime>;
}
