import type { SerializedError } from '../../contracts/errors.js';
import type { ModelSource } from '../../contracts/runtime.js';
import type { ValueInfo } from '../../contracts/tensor.js';
import type { OperatorCounts } from '../../onnx/operators.js';

/** What a preparing child is to do; its files go into `directory`. */
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

/** What was done to a network's graph. Counts are of nodes by operator. */
export interface GraphReport {
  /** As the user's file has it, or the converted program. */
  model: OperatorCounts;
  /** Before onnxruntime optimises it, where that differs. */
  simplified?: OperatorCounts;
  /** As it runs. */
  prepared: OperatorCounts;
  /** How often each rule of the simplifier was applied. */
  rules: Readonly<Record<string, number>>;
  /** Simplifications that would have changed the outputs. */
  leftOut: readonly LeftOut[];
}

/** A simplification that was not made. */
export interface LeftOut {
  /** Absent: all of them. */
  rule?: string;
  reason: string;
}

/** The network as the child found it. */
export interface PreparedNetwork {
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  metadata: Record<string, string>;
  /** Of a network that was prepared. */
  graph?: GraphReport;
}

export type FromChild =
  | { type: 'done'; network: PreparedNetwork }
  /** The user's model cannot be opened. */
  | { type: 'invalid'; error: SerializedError }
  /** The files could not be written. */
  | { type: 'unwritable'; code: string }
  /** The prepared model does not do what the original does. */
  | { type: 'different'; reason: string };

/** Names of the files in an entry. */
export const MODEL_FILE = 'model.onnx';
export const WEIGHTS_FILE = 'weights.bin';
