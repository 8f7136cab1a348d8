import type { GraphBuilder } from '../graph/builder.js';
import type { GraphValue } from '../graph/values.js';
import type { Signature } from '../program.js';
import type { OperatorCall } from './call.js';

/** Results by output name; those that are left out must have no reader. A single value is the first output. */
export type Results = GraphValue | Readonly<Record<string, GraphValue | readonly GraphValue[] | undefined>>;

/**
 * One operator: what it is called in both formats and how it becomes ONNX. The key in its family's table is Paddle 3's
 * name without the trailing `_`.
 */
export interface OperatorDefinition extends Signature {
  /** Names in the old format, where they are not the key. */
  readonly old?: readonly string[];
  /** Names in PIR, where they are not the key. */
  readonly pir?: readonly string[];
  readonly convert: (op: OperatorCall, graph: GraphBuilder) => Results;
}

export type OperatorTable = Readonly<Record<string, OperatorDefinition>>;

export const X = { x: 'X' } as const;
export const XY = { x: 'X', y: 'Y' } as const;
export const OUT = { out: 'Out' } as const;
