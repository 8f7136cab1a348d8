import type { SerializedError } from '../../../../contracts/errors.js';
import type { ModelSource } from '../../../../contracts/runtime.js';
import type { NetworkTable } from '../../../../onnx/quantize/index.js';
import type { Limits } from './limits.js';

/** How a network is prepared. Its files are written to `directory`. */
export interface PrepareJob {
  source: ModelSource;
  /**
   * `prepare`: optimise and lay out for sharing. `convert`: convert a Paddle export to ONNX, or cut a network, only. `describe`: open it and
   * return its inputs and outputs (files in onnxruntime's own format).
   */
  action: 'prepare' | 'convert' | 'describe';
  directory: string;
  /** Store pre-packed weights, in the layout of the kernels. */
  prepack: boolean;
  /** Rewrite the network before onnxruntime optimises it. */
  simplify: boolean;
  /** Of a network that runs in int8; `convert` then gives the network with quantisation operators. */
  quantization?: NetworkTable | undefined;
}

/** The task of a child: make an entry of the cache, unless another process does so first. */
export interface ChildJob extends Omit<PrepareJob, 'directory'> {
  /** The cache's folder. */
  root: string;
  /** The entry's key. */
  key: string;
  limits: Limits;
}

export type FromChild =
  /** The entry exists. */
  | { type: 'done' }
  /** The user's model cannot be opened. */
  | { type: 'invalid'; error: SerializedError }
  /** The files could not be written. */
  | { type: 'unwritable'; code: string }
  /** The prepared model's outputs differ from the original's. */
  | { type: 'different'; reason: string };

/**
 * The child's file descriptor of a pipe that closes when the parent ends. The watchdog sends messages on it, one JSON value
 * per line.
 */
export const LINE = 4;

export type FromWatchdog =
  /** The child has the entry's lock. */
  | { type: 'held' }
  /** It ends. */
  | { type: 'limit'; limit: keyof Limits };

/** Names of the files in an entry. */
export const MODEL_FILE = 'model.onnx';
export const WEIGHTS_FILE = 'weights.bin';
