import type { Picture } from '../../contracts/picture.js';
import type { Quad, TextWord } from '../../contracts/results.js';
import type { QuarterTurn } from '../../ops/turn-pixels.js';
import type { Reading } from './reading.js';

/** A line on its way through the pipeline. */
export interface Line {
  /** In pixels of the page that is read; a picture that is a line as a whole has none. */
  readonly quad?: Quad;
  /** The line's pixels, as they are read. */
  crop: Picture;
  /** Whether the line is tall: its crop is turned by a quarter against the clock. */
  readonly tall: boolean;
  /** By how much the crop was turned beside that. */
  angle?: 0 | 180;
  /** The orientation network's score for the likelier of both angles. */
  angleScore?: number;
  reading?: Reading;
  /** In pixels of the picture that came in; only where they are asked for. */
  words?: TextWord[];
}

/** Characters that count: white space does not. */
export function lengthOf({ text }: Reading): number {
  return text.replace(/\s+/g, '').length;
}

/** Where a line of a page runs, to the nearest quarter: 0 to the right, 90 down, and so on; as far as it was read, as it was read. */
export function directionOf({ quad, tall, angle = 0 }: Pick<Line, 'quad' | 'tall' | 'angle'>): QuarterTurn {
  const [from, to] = [quad![0], quad![tall ? 3 : 1]];
  const degrees = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
  return ((Math.round(degrees / 90) * 90 + angle + 360) % 360) as QuarterTurn;
}
