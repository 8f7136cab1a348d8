/** The smallest and the largest value of a tensor. */
export type Range = readonly [min: number, max: number];

/** How one network runs in int8: the float network is emitted with this table. */
export interface NetworkTable {
  /** Ranges of the tensors that are stored in uint8, by name. */
  readonly ranges: Readonly<Record<string, Range>>;
  /** Layers that stay float, by the name of their output, with the reason. */
  readonly float: Readonly<Record<string, string>>;
  /** What is added to the bias of a layer, one value per output channel, by the name of the layer's output. */
  readonly bias?: Readonly<Record<string, readonly number[]>>;
}

/** Thrown if a table does not fit the network. */
export class TableMismatch extends Error {}
