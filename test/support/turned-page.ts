import type { Quad } from '#src/contracts/results.js';

type Place = (point: readonly [number, number]) => [number, number];

/** Where a point of a picture of `width` x `height` comes to lie when the picture is turned clockwise. */
export function turnedPlace(width: number, height: number, degrees: number): Place {
  const places: Readonly<Record<number, Place>> = {
    0: ([x, y]) => [x, y],
    90: ([x, y]) => [height - y, x],
    180: ([x, y]) => [width - x, height - y],
    270: ([x, y]) => [y, width - x],
  };
  return places[degrees]!;
}

/** The farthest corner of a quad from where it should be. */
export function farthestCorner(quad: Quad, expected: readonly (readonly [number, number])[]): number {
  return Math.max(...quad.map(([x, y], i) => Math.hypot(x - expected[i]![0], y - expected[i]![1])));
}
