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

/** A place where a backend computes. */
export interface DeviceState {
  /** As `--device` names it. */
  name: string;
  /** Such as the processor's name. */
  description?: string;
  /** Why it cannot be used, and what to do. Absent if it can. */
  problem?: string;
}

/** What there is of a backend on this machine. */
export interface BackendState {
  version?: string;
  /** The library, if it did not come with fdeploy. */
  file?: string;
  /** Why it cannot be used, and what to do. Absent if it can. */
  problem?: string;
  /** The names of `--precision` that it computes in on the CPU. */
  precisions: readonly Precision[];
  devices: readonly DeviceState[];
}

/** A library that computes networks. */
export interface Backend {
  /** The library's version, without loading it; part of cache keys and of a run's settings. */
  version(): string;
  /**
   * Sets what the library reads from the environment of the process. Called in the main thread before the library is loaded
   * anywhere in the process: native code does not see a worker thread's environment.
   * @param library the library's file or folder, where the user names one
   */
  configureProcess?(library?: string): void;
  /**
   * Preloads what every network needs, so that the first one opens faster.
   * @throws FdeployError RUNTIME_UNAVAILABLE
   */
  preload(): Promise<void>;
  /** Loads the library and looks for its devices. Never rejects: what is wrong is part of the state. */
  examine(): Promise<BackendState>;
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
