import type { ValueInfo } from '../contracts/tensor.js';
import type { OperatorCounts } from '../onnx/operators.js';

/** Properties of a network found by its preparation. */
export interface PreparedNetwork {
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  metadata: Record<string, string>;
  /** Of a network that was prepared. */
  graph?: GraphReport;
}

/** Changes of a network's graph, as numbers of nodes by operator. */
export interface GraphReport {
  /** In the user's file, or in the converted program. */
  model: OperatorCounts;
  /** After simplification, if that changed it. */
  simplified?: OperatorCounts;
  /** As it runs. */
  prepared: OperatorCounts;
  /** How often each rule of the simplifier was applied. */
  rules: Readonly<Record<string, number>>;
  /** Simplifications that were skipped, since they would change the outputs. */
  leftOut: readonly LeftOut[];
}

/** A simplification that was not made. */
export interface LeftOut {
  /** Absent: all of them. */
  rule?: string;
  reason: string;
}
