import type { Quad } from '../../contracts/results.js';

/** Where text stands in a picture. */
export interface TextBox {
  /** Corners in whole pixels, clockwise from the upper left one. */
  readonly quad: Quad;
  /** Mean probability of text inside. */
  readonly score: number;
}
