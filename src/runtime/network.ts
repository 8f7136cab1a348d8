import type { ValueInfo } from '../contracts/tensor.js';
import type { OperatorCounts } from '../onnx/operators.js';

/** What preparing found out about a network. */
export interface PreparedNetwork {
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  metadata: Record<string, string>;
  /** Of a network that was prepared. */
  graph?: GraphReport;
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
