import type { CtcSteps, CtcText } from '../../ops/ctc.js';

/** Columns of the network's input, in multiples of the line's own. */
export type InputColumns = number;

/** Time steps and where the middle of each lies, as a share of the line's width; what fills the line up lies beyond 1. */
export interface PlacedSteps extends CtcSteps {
  readonly at: Float32Array;
}

/** A character and where its middle lies, as a share of the line's width. */
export interface Letter {
  readonly character: string;
  readonly score: number;
  readonly at: number;
}

/** A text and the time steps that spell it: as many as the input's columns, divided by the network's stride. */
export interface Reading extends CtcText {
  readonly steps: PlacedSteps;
  /** A column of characters, whose marks the text has as they are meant. */
  readonly isColumn?: boolean;
}
