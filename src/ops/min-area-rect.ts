import { convexHull } from './convex-hull.js';
import type { FlatPoints } from './polygon.js';

/** A turned rectangle; the angle in degrees is that of the side `width`, clockwise as y grows downwards. */
export interface RotatedRect {
  readonly centerX: number;
  readonly centerY: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

const f32 = Math.fround;

interface Calipers {
  /** Corner and the two sides from it, in float32. */
  readonly x: number;
  readonly y: number;
  readonly ux: number;
  readonly uy: number;
  readonly vx: number;
  readonly vy: number;
}

/** The sides of a hull: vectors to the next corner and 1 / length, in float32. */
function hullSides(hull: Float32Array): { dx: Float32Array; dy: Float32Array; inverse: Float32Array } {
  const count = hull.length / 2;
  const dx = new Float32Array(count);
  const dy = new Float32Array(count);
  const inverse = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const next = i + 1 < count ? i + 1 : 0;
    dx[i] = hull[2 * next]! - hull[2 * i]!;
    dy[i] = hull[2 * next + 1]! - hull[2 * i + 1]!;
    inverse[i] = 1 / Math.sqrt(dx[i]! * dx[i]! + dy[i]! * dy[i]!);
  }
  return { dx, dy, inverse };
}

/** Corners of extreme y and x, the first of equals: lowest y, highest x, highest y, lowest x. */
function extremes(hull: Float32Array): [number, number, number, number] {
  let bottom = 0;
  let right = 0;
  let top = 0;
  let left = 0;
  for (let i = 1; i < hull.length / 2; i++) {
    const x = hull[2 * i]!;
    const y = hull[2 * i + 1]!;
    if (x < hull[2 * left]!) left = i;
    if (x > hull[2 * right]!) right = i;
    if (y > hull[2 * top + 1]!) top = i;
    if (y < hull[2 * bottom + 1]!) bottom = i;
  }
  return [bottom, right, top, left];
}

/**
 * Turns four calipers around a hull and keeps the rectangle of least area, the last of equals. Every step is
 * rounded to float32 where OpenCV's is: crops are cut to whole pixels from these numbers.
 * @param hull three corners or more, not all on one line
 */
function leastRectangle(hull: Float32Array): Calipers {
  const count = hull.length / 2;
  const { dx, dy, inverse } = hullSides(hull);
  const at = extremes(hull);
  let leastArea = Infinity;
  let baseX = 0;
  let baseY = 0;
  let width = 0;
  let height = 0;
  let leftCorner = 0;
  let bottomCorner = 0;
  // Each caliper's side, turned back to the direction of the first one.
  const sideX = new Float32Array(4);
  const sideY = new Float32Array(4);
  for (let k = 0; k < count; k++) {
    sideX[0] = dx[at[0]]!;
    sideY[0] = dy[at[0]]!;
    sideX[1] = dy[at[1]]!;
    sideY[1] = -dx[at[1]]!;
    sideX[2] = -dx[at[2]]!;
    sideY[2] = -dy[at[2]]!;
    sideX[3] = -dy[at[3]]!;
    sideY[3] = dx[at[3]]!;
    let turning = 0;
    for (let i = 1; i < 4; i++) {
      const cross = f32(f32(sideY[i]! * sideX[turning]!) + f32(-sideX[i]! * sideY[turning]!));
      if (cross < 0) turning = i;
    }
    const corner = at[turning]!;
    const leadX = f32(dx[corner]! * inverse[corner]!);
    const leadY = f32(dy[corner]! * inverse[corner]!);
    const a = [leadX, leadY, -leadX, -leadY][turning]!;
    const b = [leadY, -leadX, -leadY, leadX][turning]!;
    at[turning] = corner + 1 === count ? 0 : corner + 1;

    const acrossX = f32(hull[2 * at[1]]! - hull[2 * at[3]]!);
    const acrossY = f32(hull[2 * at[1] + 1]! - hull[2 * at[3] + 1]!);
    const alongX = f32(hull[2 * at[2]]! - hull[2 * at[0]]!);
    const alongY = f32(hull[2 * at[2] + 1]! - hull[2 * at[0] + 1]!);
    const thisWidth = f32(f32(acrossX * a) + f32(acrossY * b));
    const thisHeight = f32(f32(-alongX * b) + f32(alongY * a));
    const area = f32(thisWidth * thisHeight);
    if (area <= leastArea) {
      leastArea = area;
      leftCorner = at[3];
      bottomCorner = at[0];
      baseX = a;
      baseY = b;
      width = thisWidth;
      height = thisHeight;
    }
  }
  return cornerOf(hull, leftCorner, bottomCorner, baseX, baseY, width, height);
}

/** Where the left and the bottom caliper meet, and the rectangle's sides from there. */
function cornerOf(
  hull: Float32Array,
  left: number,
  bottom: number,
  a1: number,
  b1: number,
  width: number,
  height: number,
): Calipers {
  const a2 = -b1;
  const b2 = a1;
  const c1 = f32(f32(a1 * hull[2 * left]!) + f32(hull[2 * left + 1]! * b1));
  const c2 = f32(f32(a2 * hull[2 * bottom]!) + f32(hull[2 * bottom + 1]! * b2));
  const inverse = f32(1 / f32(f32(a1 * b2) - f32(a2 * b1)));
  return {
    x: f32(f32(f32(c1 * b2) - f32(c2 * b1)) * inverse),
    y: f32(f32(f32(a1 * c2) - f32(a2 * c1)) * inverse),
    ux: f32(a1 * width),
    uy: f32(b1 * width),
    vx: f32(a2 * height),
    vy: f32(b2 * height),
  };
}

const degrees = (dy: number, dx: number): number => f32(f32(f32(Math.atan2(dy, dx)) * 180) / Math.PI);

/**
 * The rectangle of least area around the points (`cv2.minAreaRect`, float32 throughout).
 * @param points x, y pairs; at least one
 */
export function minAreaRect(points: FlatPoints): RotatedRect {
  const indices = convexHull(points);
  const hull = new Float32Array(indices.length * 2);
  for (let i = 0; i < indices.length; i++) {
    hull[2 * i] = points[2 * indices[i]!]!;
    hull[2 * i + 1] = points[2 * indices[i]! + 1]!;
  }
  if (indices.length === 1) {
    return { centerX: hull[0]!, centerY: hull[1]!, width: 0, height: 0, angle: 0 };
  }
  if (indices.length === 2) {
    const dx = f32(hull[2]! - hull[0]!);
    const dy = f32(hull[3]! - hull[1]!);
    return {
      centerX: f32(f32(hull[0]! + hull[2]!) * 0.5),
      centerY: f32(f32(hull[1]! + hull[3]!) * 0.5),
      width: f32(Math.sqrt(dx * dx + dy * dy)),
      height: 0,
      angle: degrees(dy, dx),
    };
  }
  const { x, y, ux, uy, vx, vy } = leastRectangle(hull);
  return {
    centerX: f32(x + f32(f32(ux + vx) * 0.5)),
    centerY: f32(y + f32(f32(uy + vy) * 0.5)),
    width: f32(Math.sqrt(ux * ux + uy * uy)),
    height: f32(Math.sqrt(vx * vx + vy * vy)),
    angle: degrees(uy, ux),
  };
}

/** The rectangle's corners as x, y pairs (`cv2.boxPoints`, float32 throughout). */
export function boxPoints(rect: RotatedRect): Float32Array {
  const radians = (rect.angle * Math.PI) / 180;
  const b = f32(f32(Math.cos(radians)) * 0.5);
  const a = f32(f32(Math.sin(radians)) * 0.5);
  const { centerX: x, centerY: y, width, height } = rect;
  const points = new Float32Array(8);
  points[0] = f32(x - f32(a * height)) - f32(b * width);
  points[1] = f32(y + f32(b * height)) - f32(a * width);
  points[2] = f32(x + f32(a * height)) - f32(b * width);
  points[3] = f32(y - f32(b * height)) - f32(a * width);
  points[4] = f32(2 * x) - points[0];
  points[5] = f32(2 * y) - points[1];
  points[6] = f32(2 * x) - points[2];
  points[7] = f32(2 * y) - points[3];
  return points;
}

/** A box around points as DB's postprocess orders it. */
export interface MiniBox {
  /** Upper left, upper right, lower right, lower left corner as x, y pairs. */
  readonly box: Float32Array;
  readonly shortSide: number;
}

/**
 * The rectangle of least area around the points with its corners clockwise from the upper left one, by the rule
 * of PaddleOCR's `get_mini_boxes`: by x first, then each pair by y.
 */
export function miniBox(points: FlatPoints): MiniBox {
  const rect = minAreaRect(points);
  const corners = boxPoints(rect);
  const byX = [0, 1, 2, 3].sort((i, j) => corners[2 * i]! - corners[2 * j]!);
  const y = (rank: number): number => corners[2 * byX[rank]! + 1]!;
  const [upperLeft, lowerLeft] = y(1) > y(0) ? [0, 1] : [1, 0];
  const [upperRight, lowerRight] = y(3) > y(2) ? [2, 3] : [3, 2];
  const box = new Float32Array(8);
  [upperLeft, upperRight, lowerRight, lowerLeft].forEach((rank, i) => {
    box[2 * i] = corners[2 * byX[rank]!]!;
    box[2 * i + 1] = corners[2 * byX[rank]! + 1]!;
  });
  return { box, shortSide: Math.min(rect.width, rect.height) };
}
