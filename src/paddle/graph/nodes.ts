import type { GraphValue } from './values.js';

/** A body of Loop or If. */
export interface Subgraph {
  readonly inputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphValue[];
}

export type NodeAttribute =
  number | string | readonly number[] | readonly string[] | FloatAttribute | Subgraph;

/** A number that ONNX wants as a float: in JavaScript 1 and 1.0 are the same. */
export class FloatAttribute {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}
export const float = (value: number): FloatAttribute => new FloatAttribute(value);

export interface GraphNode {
  readonly opType: string;
  readonly inputs: readonly (GraphValue | undefined)[];
  readonly outputs: readonly GraphValue[];
  readonly attributes: Readonly<Record<string, NodeAttribute>>;
}

export type Attributes = Readonly<Record<string, NodeAttribute | undefined>>;
