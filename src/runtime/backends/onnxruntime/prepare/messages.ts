import type { SerializedError } from '../../../../contracts/errors.js';
import type { ModelSource } from '../../../../contracts/runtime.js';
import type { Limits } from './limits.js';

/** How a network is made ready; its files go into `directory`. */
export interface PrepareJob {
  source: ModelSource;
  /**
   * `prepare`: optimise and lay out for sharing. `convert`: a Paddle export as ONNX, nothing more.
   * `describe`: open it and tell its inputs and outputs (files in onnxruntime's own format).
   */
  action: 'prepare' | 'convert' | 'describe';
  directory: string;
  /** Keep weights in the file in the form that the kernels want. */
  prepack: boolean;
  /** Rewrite the network before onnxruntime optimises it. */
  simplify: boolean;
}

/** What a preparing child is to do: make an entry of the cache, unless another process makes it meanwhile. */
export interface ChildJob extends Omit<PrepareJob, 'directory'> {
  /** The cache's folder. */
  root: string;
  /** The entry's key. */
  key: string;
  limits: Limits;
}

export type FromChild =
  /** The entry is there. */
  | { type: 'done' }
  /** The user's model cannot be opened. */
  | { type: 'invalid'; error: SerializedError }
  /** The files could not be written. */
  | { type: 'unwritable'; code: string }
  /** The prepared model does not do what the original does. */
  | { type: 'different'; reason: string };

/** The child's descriptor of the line that ends with its parent; what its watchdog says goes back on it, a JSON value a line. */
export const LINE = 4;

export type FromWatchdog =
  /** The child has the entry's lock. */
  | { type: 'held' }
  /** It is ended. */
  | { type: 'limit'; limit: keyof Limits };

/** Names of the files in an entry. */
export const MODEL_FILE = 'model.onnx';
export const WEIGHTS_FILE = 'weights.bin';
