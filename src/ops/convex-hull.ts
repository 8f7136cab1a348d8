import type { FlatPoints } from './polygon.js';

/** Indices of the points by x, then y, then position. */
function sortedOrder(points: FlatPoints): Uint32Array {
  const order = new Uint32Array(points.length / 2);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort(
    (a, b) => points[2 * a]! - points[2 * b]! || points[2 * a + 1]! - points[2 * b + 1]! || a - b,
  );
}

/**
 * Sklansky's scan over the sorted points from `start` to `end`: one quarter of the hull.
 * @param skipSign sign of a step in y that leaves the quarter
 * @param turnSign sign of the cross product of a convex turn
 * @returns positions in `order`, `end` included
 */
function quarterHull(
  points: FlatPoints,
  order: Uint32Array,
  start: number,
  end: number,
  skipSign: number,
  turnSign: number,
): number[] {
  const xAt = (position: number): number => points[2 * order[position]!]!;
  const yAt = (position: number): number => points[2 * order[position]! + 1]!;
  if (start === end || (xAt(start) === xAt(end) && yAt(start) === yAt(end))) return [start];
  const step = end > start ? 1 : -1;
  const after = end + step;
  let previous = start;
  let current = start + step;
  let next = current + step;
  const stack = [previous, current, next];
  while (next !== after) {
    const by = yAt(next) - yAt(current);
    if (Math.sign(by) === skipSign) {
      next += step;
      stack[stack.length - 1] = next;
      continue;
    }
    const ax = xAt(current) - xAt(previous);
    const ay = yAt(current) - yAt(previous);
    const bx = xAt(next) - xAt(current);
    if (Math.sign(ay * bx - ax * by) === turnSign && (ax !== 0 || ay !== 0)) {
      previous = current;
      current = next;
      next += step;
      stack.push(next);
    } else if (previous === start) {
      current = next;
      stack[1] = current;
      next += step;
      stack[2] = next;
    } else {
      stack[stack.length - 2] = next;
      current = previous;
      previous = stack[stack.length - 4]!;
      stack.pop();
    }
  }
  stack.pop();
  return stack;
}

/** Positions of the lowest and highest y in sorted order, the first of equals. */
function verticalExtremes(points: FlatPoints, order: Uint32Array): { low: number; high: number } {
  let low = 0;
  let high = 0;
  for (let i = 1; i < order.length; i++) {
    const y = points[2 * order[i]! + 1]!;
    if (y < points[2 * order[low]! + 1]!) low = i;
    if (y > points[2 * order[high]! + 1]!) high = i;
  }
  return { low, high };
}

/**
 * Turns the ring so that the indices rise or fall all the way, where that is possible: the hull of a convex
 * polygon then begins where the polygon does.
 */
function alignToInput(ring: number[]): number[] {
  const count = ring.length;
  if (count < 3) return ring;
  let lowest = 0;
  let highest = 0;
  let rises = 0;
  for (let i = 1; i < count; i++) {
    const index = ring[i]!;
    rises += ring[i - 1]! < index ? 1 : 0;
    if (rises > 1 && rises <= i - 2) break;
    if (index < ring[lowest]!) lowest = i;
    if (index > ring[highest]!) highest = i;
  }
  const distance = Math.abs(highest - lowest);
  const neighbours = distance === 1 || distance === count - 1;
  if (!neighbours || (rises > 1 && rises < count - 2)) return ring;
  const ascending = (highest + 1) % count === lowest;
  const first = ascending ? lowest : highest;
  if (first === 0) return ring;
  const turned = [...ring.slice(first), ...ring.slice(0, first)];
  for (let i = 0; i < count - 1; i++) if (turned[i]! < turned[i + 1]! !== ascending) return ring;
  return turned;
}

/**
 * Indices of the convex hull's corners: `cv2.convexHull(points, clockwise=False)` with its order and its first
 * corner, on which float32 rounding in `minAreaRect` depends.
 * @param points x, y pairs; at least one
 */
export function convexHull(points: FlatPoints): number[] {
  const order = sortedOrder(points);
  const last = order.length - 1;
  const xOf = (position: number): number => points[2 * order[position]!]!;
  const yOf = (position: number): number => points[2 * order[position]! + 1]!;
  if (xOf(0) === xOf(last) && yOf(0) === yOf(last)) return [0];
  const { low, high } = verticalExtremes(points, order);

  const fromLeft = quarterHull(points, order, 0, high, -1, 1);
  const fromRight = quarterHull(points, order, last, high, -1, -1);
  const ring = [...fromRight.slice(0, -1), ...fromLeft.slice(1).reverse()];
  // The point before the last of the upper half: the lower half may only mirror it when all lie on one line.
  const stop = fromLeft.length > 2 ? fromLeft[1] : fromRight.length > 2 ? fromRight.at(-2) : undefined;

  let lowLeft = quarterHull(points, order, 0, low, 1, -1);
  let lowRight = quarterHull(points, order, last, low, 1, 1);
  if (stop !== undefined) {
    const check =
      lowLeft.length > 2
        ? lowLeft[1]
        : lowLeft.length + lowRight.length > 2
          ? lowRight[2 - lowLeft.length]
          : undefined;
    if (check !== undefined && xOf(check) === xOf(stop) && yOf(check) === yOf(stop)) {
      lowLeft = lowLeft.slice(0, 2);
      lowRight = lowRight.slice(0, 2);
    }
  }
  ring.push(...lowLeft.slice(0, -1), ...lowRight.slice(1).reverse());
  return alignToInput(ring.map((position) => order[position]!));
}
